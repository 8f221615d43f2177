"use strict";
// Everything works without this script. It says when the ward is silent, keeps what is typed,
// and takes dropped files.
(function () {
  var SILENT_MS = 30000, ASK_MS = 10000, SAVE_MS = 5000;
  var heard = Date.now();
  var since = new Date();
  var line = document.querySelector(".silence");
  var dirty = new Set();

  var hear = function () { heard = Date.now(); since = new Date(); look(); };
  var look = function () {
    if (!line) { return; }
    var silent = Date.now() - heard > SILENT_MS;
    if (silent !== document.body.classList.contains("silent")) {
      document.body.classList.toggle("silent", silent);
      line.hidden = !silent;
      line.textContent = silent
        ? "No word from the ward since " + since.toISOString().slice(11, 19) + " UTC. What stands here is as of then."
        : "";
    }
  };
  var ask = function () {
    fetch("/health/live", { cache: "no-store" }).then(function (told) { if (told.ok) { hear(); } }, function () {});
  };
  var polling = 0;
  var poll = function () { if (!polling) { ask(); polling = setInterval(ask, ASK_MS); } };
  if (window.EventSource) {
    var events = new EventSource("/api/v1/events");
    events.onopen = hear;
    events.onmessage = hear;
    ["ping", "change"].forEach(function (name) { events.addEventListener(name, hear); });
    events.onerror = function () { if (events.readyState === EventSource.CLOSED) { poll(); } };
    setTimeout(function () { if (Date.now() - heard > ASK_MS) { poll(); } }, ASK_MS + 1000);
  } else { poll(); }
  setInterval(look, 1000);

  // On a narrow screen the list of pages begins closed.
  var menu = document.querySelector(".menu");
  if (menu && window.matchMedia("(max-width: 900px)").matches) { menu.open = false; }

  // What is typed is kept: by the browser's question, and every few seconds by the ward.
  var saved = new WeakMap();
  document.addEventListener("input", function (event) {
    var form = event.target.closest && event.target.closest("form[data-draft]");
    if (!form) { return; }
    dirty.add(form);
    clearTimeout(saved.get(form));
    saved.set(form, setTimeout(function () {
      var typed = new URLSearchParams();
      new FormData(form).forEach(function (value, name) { if (typeof value === "string") { typed.append(name, value); } });
      fetch("/console/drafts", { method: "POST", body: typed, credentials: "same-origin" }).catch(function () {});
    }, SAVE_MS));
  });
  document.addEventListener("submit", function (event) {
    clearTimeout(saved.get(event.target));
    dirty.delete(event.target);
  });
  window.addEventListener("beforeunload", function (event) { if (dirty.size) { event.preventDefault(); } });

  // A link to a form opens it.
  var open = function () {
    var found = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (found && found.tagName === "DETAILS") { found.open = true; }
  };
  window.addEventListener("hashchange", open);
  open();

  // A name on the board leads to the person; without this, the form above it does.
  document.querySelectorAll("#board tbody tr[id] td:first-child").forEach(function (cell) {
    var link = document.createElement("a");
    link.href = "/console/people/" + encodeURIComponent(cell.textContent);
    link.textContent = cell.textContent;
    cell.replaceChildren(link);
  });

  // Dropped files are looked at as chosen ones are.
  document.querySelectorAll(".drop").forEach(function (place) {
    var input = place.querySelector("input[type=file]");
    ["dragenter", "dragover"].forEach(function (name) {
      place.addEventListener(name, function (event) { event.preventDefault(); place.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      place.addEventListener(name, function () { place.classList.remove("over"); });
    });
    place.addEventListener("drop", function (event) {
      event.preventDefault();
      if (!event.dataTransfer.files.length) { return; }
      input.files = event.dataTransfer.files;
      place.querySelector("form").requestSubmit();
    });
  });
})();
