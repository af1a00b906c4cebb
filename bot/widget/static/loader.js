/* Answerdesk loader: owns the launcher on the website and the frame's place on the page; refuses to know any message.
   <script src="https://desk.example/widget/loader.js" data-site="shop" async></script>
   Options: data-color, data-lang, data-position ("left" or "right"), data-identity (signed token).
   The page speaks to it with postMessage({answerdesk: "open" | "close" | "identify" | "signOut", token?}, location.origin),
   and hears {answerdesk: "ready"} once it listens, {answerdesk: "identityNeeded"} when a token was refused or ran out.
   It leaves no global behind and needs of the site's policy only this origin in script-src and frame-src. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || document.querySelector("[data-answerdesk-launcher]")) return;
  const home = new URL(script.src);
  const option = (name, otherwise) => script.dataset[name] || otherwise;
  const site = option("site", "default");
  const lang = option("lang", document.documentElement.lang || navigator.language || "en").toLowerCase();
  const color = /^#[0-9a-f]{6}$/i.test(option("color", "")) ? option("color") : "#1f5f4a";
  const side = option("position") === "left" ? "left" : "right";
  const WORDS = {
    en: ["Open chat", "Close chat", "Chat with our automated assistant", "new messages", "The chat cannot be reached right now. Please try again later."],
    de: ["Chat öffnen", "Chat schließen", "Chat mit unserem automatischen Assistenten", "neue Nachrichten", "Der Chat ist gerade nicht erreichbar. Bitte versuchen Sie es später noch einmal."],
    fr: ["Ouvrir le chat", "Fermer le chat", "Chat avec notre assistant automatique", "nouveaux messages", "Le chat est injoignable pour le moment. Veuillez réessayer plus tard."],
    es: ["Abrir el chat", "Cerrar el chat", "Chat con nuestro asistente automático", "mensajes nuevos", "No se puede acceder al chat en este momento. Inténtelo de nuevo más tarde."],
  };
  const [OPEN, CLOSE, TITLE, NEWS, LOST] = WORDS[lang.slice(0, 2)] || WORDS.en;

  const PATIENCE_MS = 8_000; // the slowest connection has the chat by then

  // What this website's browser remembers: whether the chat was used, open, and whether a sign-out is still to be told.
  const KEY = "answerdesk:" + site;
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(KEY)) || {}; } catch { /* storage may be forbidden */ }
  const keep = (change) => {
    Object.assign(kept, change);
    try { localStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* then it lasts as long as the page */ }
  };

  // A link from another device brings a code: out of the address at once, before anybody copies or measures it.
  const LINK = "#answerdesk=";
  let code = location.hash.startsWith(LINK) ? location.hash.slice(LINK.length) : null;
  if (code) history.replaceState(history.state, "", location.pathname + location.search);

  const luminance = (hex) => [1, 3, 5].reduce((sum, at, i) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);
  const ink = luminance(color) > 0.179 ? "#111" : "#fff";

  const SMALL = "(max-width:520px),(max-height:480px)"; // a phone either way, a page at twice its size: all of it is the chat's
  const CSS = `
:host{all:initial!important;position:fixed!important;inset:auto!important;width:0!important;height:0!important;
  z-index:2147483000!important;color-scheme:light dark}
button{all:unset;box-sizing:border-box;position:fixed;bottom:max(20px,env(safe-area-inset-bottom));${side}:20px;width:60px;height:60px;
  border-radius:50%;background:${color};color:${ink};cursor:pointer;display:grid;place-items:center;
  box-shadow:0 2px 6px #0003,0 10px 28px #0003;transition:transform .18s ease,box-shadow .18s ease}
button:hover{transform:translateY(-2px);box-shadow:0 4px 10px #0003,0 14px 34px #0004}
button:focus-visible{outline:3px solid ${ink};outline-offset:-6px;box-shadow:0 0 0 3px ${color},0 0 0 5px #fff}
svg{width:28px;height:28px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
button[aria-expanded=true] .talk,button[aria-expanded=false] .shut{display:none}
.badge{position:absolute;top:-3px;${side}:-3px;min-width:22px;height:22px;padding:0 6px;box-sizing:border-box;border-radius:11px;
  background:#c62828;color:#fff;font:700 12px/22px system-ui,sans-serif;text-align:center;border:0 solid #fff;box-shadow:0 0 0 2px #fff}
.badge:empty{display:none}
.panel{position:fixed;bottom:96px;${side}:20px;width:min(400px,calc(100vw - 40px));height:min(680px,calc(100vh - 120px));
  border-radius:18px;overflow:hidden;background:Canvas;box-shadow:0 0 0 1px #0000000f,0 12px 48px #00000038;
  transform-origin:bottom ${side};transition:opacity .16s ease,transform .2s cubic-bezier(.2,.9,.3,1),visibility 0s}
.panel.away{visibility:hidden;opacity:0;transform:translateY(12px) scale(.98);transition-delay:0s,0s,.2s}
iframe{border:0;width:100%;height:100%;display:block;color-scheme:normal}
@media ${SMALL}{.panel{top:0;left:0;right:0;bottom:auto;width:100%;height:100%;border-radius:0;box-shadow:none}
  .panel.ready:not(.away)~button{visibility:hidden}}
.lost{position:absolute;inset:0;box-sizing:border-box;padding:24px;display:grid;place-content:center;justify-items:center;gap:16px;
  background:Canvas;color:CanvasText;font:16px/1.5 system-ui,sans-serif;text-align:center}
.lost button{all:revert;font:inherit;padding:8px 16px}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{:host{display:none!important}}`;

  const make = (tag, attributes, ...children) => {
    const svg = tag === "svg" || tag === "path";
    const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.append(...children);
    return element;
  };
  const icon = (name, ...paths) =>
    make("svg", { class: name, viewBox: "0 0 24 24", "aria-hidden": "true" }, ...paths.map((d) => make("path", { d })));
  const badge = make("span", { class: "badge", "aria-hidden": "true" });
  const launcher = make("button", { type: "button", "aria-expanded": "false", "aria-label": OPEN, title: OPEN },
    icon("talk", "M4 5.5h16v11H11l-4.5 3.7v-3.7H4z", "M8 9.4h8", "M8 12.6h5"), icon("shut", "M6 9.5l6 6 6-6"), badge);
  let panel, frame, identity = option("identity", null), ready = false, late;

  const phone = matchMedia(SMALL);
  const isOpen = () => Boolean(panel) && !panel.classList.contains("away");
  const tell = (message) => ready && frame.contentWindow.postMessage(message, home.origin);

  function build() {
    const page = new URL("frame.html", home);
    page.search = new URLSearchParams({ site, lang, color, host: location.origin });
    frame = make("iframe", { src: page.href, title: TITLE, allow: "clipboard-write" });
    panel = make("div", { class: "panel away" }, frame);
    launcher.before(panel);
    late = setTimeout(lost, PATIENCE_MS);
  }

  // A desk that is down and a website that it does not know look alike from here: the frame says nothing.
  function lost() {
    if (!host.isConnected) return;
    console.error(`Answerdesk: no answer from ${home.origin}. Is it up, and is ${location.origin} named in ANSWERDESK_SITE_ORIGINS?`);
    if (!isOpen()) { drop(); return; }
    const close = make("button", { type: "button" }, CLOSE);
    close.addEventListener("click", hide);
    panel.append(make("div", { class: "lost", role: "alert" }, LOST, close));
  }

  // The next opening tries anew.
  function drop() {
    clearTimeout(late);
    panel.remove();
    panel = null;
  }

  function show(focus) {
    if (!panel) build();
    void panel.offsetWidth; // lets the first opening be animated, too
    panel.classList.remove("away");
    label(0);
    fit();
    keep({ used: 1, open: 1 });
    tell({ answerdesk: "opened", focus });
  }

  function hide() {
    if (!isOpen()) return;
    const inside = panel.contains(root.activeElement);
    panel.classList.add("away");
    if (!ready) drop();
    label(0);
    keep({ open: 0 });
    tell({ answerdesk: "closed" });
    if (inside || document.activeElement === document.body) launcher.focus();
  }

  function label(unread) {
    const words = isOpen() ? CLOSE : OPEN + (unread ? `, ${unread} ${NEWS}` : "");
    badge.textContent = unread ? (unread > 9 ? "9+" : unread) : "";
    launcher.setAttribute("aria-expanded", isOpen());
    launcher.setAttribute("aria-label", words);
    launcher.title = words;
  }

  // A phone's keyboard shrinks the visual viewport of the website only, so the frame is fitted from here.
  function fit() {
    const view = window.visualViewport;
    if (!panel || !view) return;
    const full = phone.matches && isOpen() && view.scale < 1.05;
    panel.style.height = full ? view.height + "px" : "";
    panel.style.top = full ? view.offsetTop + "px" : "";
  }

  function identify(token) {
    identity = typeof token === "string" && token ? token : null;
    keep({ forget: identity ? 0 : 1 });
    if (identity) tell({ answerdesk: "identify", token: identity });
    else if (ready) { tell({ answerdesk: "signOut" }); keep({ forget: 0 }); }
  }

  const fromFrame = {
    ready() {
      clearTimeout(late);
      panel.querySelector(".lost")?.remove();
      if (kept.open && !phone.matches && !isOpen()) show(false);
      ready = true;
      panel.classList.add("ready");
      tell({ answerdesk: "start", identity, forget: Boolean(kept.forget), open: isOpen(), code, page: location.origin + location.pathname });
      keep({ forget: 0 });
      code = null;
    },
    close: hide,
    unread: (data) => { if (!isOpen()) label(Number(data.count) || 0); },
    identityNeeded: () => postMessage({ answerdesk: "identityNeeded" }),
  };
  const fromPage = { open: () => show(true), close: hide, identify: (data) => identify(data.token), signOut: () => identify(null) };

  // Who takes the launcher off the page has taken the widget away: what it listened to ends with the next event.
  let placed = false;
  const ended = new AbortController();
  const on = (target, name, act) => target.addEventListener(name, (event) => {
    if (placed && !host.isConnected) ended.abort();
    else act(event);
  }, { signal: ended.signal });
  on(window, "message", ({ data, source, origin }) => {
    if (!data || typeof data.answerdesk !== "string") return;
    const mine = panel && source === frame.contentWindow && origin === home.origin;
    const verbs = mine ? fromFrame : source === window && origin === location.origin ? fromPage : {};
    if (Object.hasOwn(verbs, data.answerdesk)) verbs[data.answerdesk](data);
  });
  on(launcher, "click", () => (isOpen() ? hide() : show(true)));
  on(window, "keydown", (event) => { if (event.key === "Escape" && root.activeElement) hide(); });
  if (window.visualViewport) for (const name of ["resize", "scroll"]) on(visualViewport, name, fit);
  on(phone, "change", fit);

  const host = make("div", { "data-answerdesk-launcher": "" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // a constructed sheet is not subject to the site's style-src
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  root.append(launcher);

  const mount = () => {
    document.body.append(host);
    placed = true;
    postMessage({ answerdesk: "ready" });
    if (code) { show(true); return; }
    if (!kept.used) return; // nobody clicked yet: the frame costs nothing
    const again = () => { if (!panel && host.isConnected) build(); }; // it shows itself once it is ready
    if ("requestIdleCallback" in window) requestIdleCallback(again, { timeout: 1500 });
    else setTimeout(again, 300);
  };
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount, { once: true });
})();
