// Passkeys (Web Authentication): a form asks the service for a challenge, the browser signs it.
"use strict";
const packed = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const unpacked = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const named = (list) => (list || []).map((one) => ({...one, id: unpacked(one.id)}));

async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST", credentials: "same-origin",
    headers: {"content-type": "application/json", "accept": "application/json"},
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) {
    throw new Error(`${told.detail}. ${told.next_step || ""}`);
  }
  return told;
}

async function signed(asked) {
  const key = {...asked.publicKey, challenge: unpacked(asked.publicKey.challenge)};
  if (asked.kind === "create") {
    key.user = {...key.user, id: unpacked(key.user.id)};
    key.excludeCredentials = named(key.excludeCredentials);
    const made = await navigator.credentials.create({publicKey: key});
    return {
      id: made.id, rawId: packed(made.rawId), type: made.type,
      response: {
        attestationObject: packed(made.response.attestationObject),
        clientDataJSON: packed(made.response.clientDataJSON),
      },
    };
  }
  key.allowCredentials = named(key.allowCredentials);
  const made = await navigator.credentials.get({publicKey: key});
  return {
    id: made.id, rawId: packed(made.rawId), type: made.type,
    response: {
      authenticatorData: packed(made.response.authenticatorData),
      clientDataJSON: packed(made.response.clientDataJSON),
      signature: packed(made.response.signature),
    },
  };
}

const WORDS = {
  NotAllowedError: "The passkey was not used: it was cancelled, took too long, or did not ask "
    + "for your PIN or finger. Try again.",
  InvalidStateError: "This device has a passkey of this account already. Use another device.",
  SecurityError: "This page is not the one that the passkey belongs to.",
};

async function perform(form) {
  const said = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  const told = Object.fromEntries(new FormData(form));
  said.textContent = "";
  button.setAttribute("aria-busy", "true");
  try {
    const credential = await signed(await ask(form.dataset.begin, told));
    const {next, ...fields} = told;
    const done = await ask(form.dataset.finish, {...fields, credential});
    location.assign(done.then);
  } catch (fault) {
    said.textContent = WORDS[fault.name] || fault.message;
    said.focus();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

for (const form of document.querySelectorAll("form[data-begin]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    perform(form);
  });
}
