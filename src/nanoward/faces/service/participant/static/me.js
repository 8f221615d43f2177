"use strict";
// The page of the people who carry the agent. A word to stop, leave or say is kept on this phone
// first (IndexedDB), then sent until somebody answers: the clinic's page, or the way out beside it.
(() => {
  const body = document.body, words = JSON.parse(body.dataset.words || "{}");
  const exit = body.dataset.exit, phone = body.dataset.phone;
  const told = (text, values) =>
    text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const clock = (at) =>
    new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

  // -- what is kept on this phone ------------------------------------------------------------
  const opened = new Promise((done, failed) => {
    const ask = indexedDB.open("nanoward-me", 1);
    ask.onupgradeneeded = () => {
      ask.result.createObjectStore("outbox", { keyPath: "wish" });
      ask.result.createObjectStore("kept");
    };
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => failed(ask.error);
  });
  const memory = new Map();  // where a browser keeps nothing: this page alone
  const store = async (name, mode, work) => {
    const base = await opened;
    return new Promise((done, failed) => {
      const act = base.transaction(name, mode, { durability: "strict" });
      const asked = work(act.objectStore(name));
      act.oncomplete = () => done(asked && asked.result);
      act.onerror = act.onabort = () => failed(act.error);
    });
  };
  const waiting = async () => {
    try { return await store("outbox", "readonly", (s) => s.getAll()); }
    catch { return [...memory.values()]; }
  };
  const keep = async (item) => {
    memory.set(item.wish, item);
    try { await store("outbox", "readwrite", (s) => s.put(item)); } catch { /* memory has it */ }
  };
  const drop = async (item) => {  // unless another word has taken its place meanwhile
    const now = (await waiting()).find((one) => one.wish === item.wish);
    if (!now || now.notice !== item.notice) return;
    memory.delete(item.wish);
    try { await store("outbox", "readwrite", (s) => s.delete(item.wish)); } catch { /* gone */ }
  };
  const kept = async (name) => {
    try { return await store("kept", "readonly", (s) => s.get(name)); } catch { return undefined; }
  };
  const remember = async (name, value) => {
    try { await store("kept", "readwrite", (s) => s.put(value, name)); } catch { /* not kept */ }
  };

  // -- sending ---------------------------------------------------------------------------------
  const post = async (address, item, code) => {
    const late = new AbortController(), timer = setTimeout(() => late.abort(), 4000);
    try {
      const answer = await fetch(address, {
        method: "POST", signal: late.signal, cache: "no-store", credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ ...item, code: item.code || code || "" }),
      });
      const found = await answer.json().catch(() => ({}));
      return { status: answer.status, found };
    } catch { return { status: 0, found: {} }; }
    finally { clearTimeout(timer); }
  };
  let busy = false;
  const send = async () => {
    if (busy) return;
    busy = true;
    try {
      for (const item of await waiting()) {
        const code = await kept("code");
        let told = await post("/me/notices", item, code);
        if (!(told.status === 200 && told.found.receipt) && exit)
          told = await better(told, await post(`${exit}/notice`, item, code));
        if (told.status === 200 && told.found.receipt) {
          await drop(item);
          await remember("receipt", { wish: item.wish, at: Date.now(), ...told.found.receipt });
        } else if (told.status === 403) {
          await keep({ ...item, unknown: true, code: "" });
        }
      }
    } finally { busy = false; }
    await show();
  };
  const better = async (first, second) =>
    second.status === 200 || first.status === 0 ? second : first;

  // -- what is said ----------------------------------------------------------------------------
  const line = document.querySelector(".kept");
  const said = new Set();
  const show = async () => {
    if (!line) return;
    const items = await waiting(), lines = [];
    for (const item of items) {
      lines.push(told(words[`kept-${item.wish}`] || words.kept, { time: clock(item.made) }));
      if (item.unknown) lines.push(words.unknown);
    }
    if (items.length && phone) lines.push(told(words.call, { phone }));
    const receipt = await kept("receipt");
    if (receipt && said.has(receipt.wish) && !items.some((one) => one.wish === receipt.wish))
      lines.push(told(words[`done-${receipt.wish}`] || words.done, {
        number: receipt.seq, receipt: receipt.leaf.slice(0, 16), time: clock(receipt.at),
      }));
    const text = lines.join(" ");
    if (line.textContent !== text) line.textContent = text;
    line.hidden = !text;
    const field = document.getElementById("code");
    if (field) {
      const needed = !(await kept("code")) || items.some((one) => one.unknown);
      field.closest("p").hidden = !needed;
    }
  };

  // -- pressing --------------------------------------------------------------------------------
  const number = () => crypto.randomUUID ? crypto.randomUUID() :
    [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-wish]")) return;
    event.preventDefault();
    const wish = (event.submitter && event.submitter.value) || form.dataset.wish || "stop";
    const fields = Object.fromEntries(new FormData(form));
    const code = (fields.code || "").trim();
    if (code) { await remember("code", code); await remember("code-of", ""); }
    const before = (await waiting()).find((one) => one.wish === wish);
    const same = before && ["setting", "value", "words"].every((name) => (before[name] || "") === (fields[name] || ""));
    await keep(same ? { ...before, code, unknown: false } :
      { ...fields, notice: number(), wish, code, made: Date.now() });
    said.add(wish);
    const fold = form.querySelector("details");
    if (fold) fold.open = false;
    for (const one of form.querySelectorAll("textarea")) one.value = "";
    await show();
    await send();
  });

  // -- the card's code, from its picture; the phone's own code, from the page ----------------------
  const fromCard = /[#&]code=([\w-]+)/.exec(location.hash);
  if (fromCard) {
    remember("code", fromCard[1]).then(show);
    history.replaceState(null, "", location.pathname);
  }
  const ownCode = async () => {
    const who = body.dataset.signedIn;
    if (!who || await kept("code-of") === who) return;
    const answer = await fetch("/me/code", { method: "POST", headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    await remember("code", (await answer.json()).code);
    await remember("code-of", who);
  };

  // -- a narrow screen shows the page first, and its list of pages when asked -----------------------
  const menu = document.querySelector(".menu");
  if (menu && matchMedia("(max-width: 47.99rem)").matches) menu.open = false;

  // -- start -------------------------------------------------------------------------------------
  waiting().then((items) => { for (const one of items) said.add(one.wish); });
  addEventListener("online", send);
  setInterval(async () => { if ((await waiting()).length) send(); }, 2000);
  ownCode().catch(() => {});
  send();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/me/sw.js", { scope: "/me/" }).catch(() => {});

  // -- a certificate, checked on this phone ----------------------------------------------------------
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  for (const one of document.querySelectorAll("[data-certificate]")) (async () => {
    const place = one.querySelector(".checked");
    try {
      const key = await crypto.subtle.importKey("raw", bytes(one.dataset.key), "Ed25519", false, ["verify"]);
      const holds = await crypto.subtle.verify("Ed25519", key, bytes(one.dataset.signature), bytes(one.dataset.certificate));
      place.textContent = holds ? words.checked : words.broken;
      one.dataset.state = holds ? "holds" : "broken";
      if (!holds) for (const form of one.querySelectorAll(".within")) form.hidden = true;
    } catch { place.textContent = words.unchecked; one.dataset.state = "unchecked"; }
  })();
})();
