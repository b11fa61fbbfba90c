// Sends what happens on a page to Ziggurat: <script async src="https://HOST/v1/snippet.js" data-key="KEY"></script>
// No cookie and nothing stored: a visitor is one from page to page of one visit only where data-session is written, too.
// Where the browser says that nobody wants to be tracked (Global Privacy Control, Do Not Track), nothing is sent.
(function (w, d) {
  "use strict";
  var tag = d.currentScript, n = w.navigator, q = (w.ziggurat && w.ziggurat.q) || [];
  var none = function () {};
  var quiet = n.globalPrivacyControl || n.doNotTrack === "1" || !tag || d.visibilityState === "prerender";
  var made = function () {
    var b = w.crypto.getRandomValues(new Uint8Array(16)), s = "";
    for (var i = 0; i < 16; i++) s += (b[i] + 256).toString(16).slice(1);
    return s.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };
  if (quiet) {
    w.ziggurat = { page: none, track: none, identify: none, push: none };
    return;
  }
  var key = tag.getAttribute("data-key"), to = tag.src.replace(/\/v1\/snippet\.js.*$/, "/v1/batch");
  var who = made(), user = null, waiting = [], timer;
  if (tag.hasAttribute("data-session")) {
    try {
      who = w.sessionStorage.getItem("ziggurat") || who;
      w.sessionStorage.setItem("ziggurat", who);
    } catch (e) { none(e); }
  }
  function flush(last) {
    clearTimeout(timer);
    timer = 0;
    if (!waiting.length) return;
    var some = waiting.splice(0, 100);
    var body = JSON.stringify({ writeKey: key, batch: some, sentAt: new Date().toISOString() });
    // As plain text, so that no browser asks beforehand; kept alive, so that it is sent when the page is left.
    w.fetch(to, { method: "POST", body: body, keepalive: body.length < 6e4, credentials: "omit", mode: "cors" })
      .then(function (r) { if (r.status === 429 || r.status > 499) throw r; })
      .catch(function () { if (!last && waiting.length < 500) { waiting = some.concat(waiting); later(10000); } });
    if (waiting.length) flush(last);
  }
  function later(ms) { timer = timer || setTimeout(flush, ms); }
  function call(type, more) {
    var c = { type: type, messageId: made(), timestamp: new Date().toISOString(), anonymousId: who, context: {
      userAgent: n.userAgent, locale: n.language, library: { name: "ziggurat.js" },
      page: { path: w.location.pathname, url: w.location.href.split("#")[0], referrer: d.referrer, title: d.title } } };
    if (user) c.userId = user;
    for (var k in more) c[k] = more[k];
    waiting.push(c);
    later(500);
  }
  var api = {
    page: function (name, properties) { call("page", { name: name, properties: properties || {} }); },
    track: function (event, properties) { call("track", { event: event, properties: properties || {} }); },
    identify: function (id, traits) { user = id || user; call("identify", { traits: traits || {} }); },
    push: function (a) { api[a[0]].apply(null, a.slice(1)); },
  };
  w.ziggurat = api;
  q.forEach(api.push);
  d.addEventListener("visibilitychange", function () { if (d.visibilityState === "hidden") flush(true); });
  if (!tag.hasAttribute("data-manual")) api.page();
})(window, document);
