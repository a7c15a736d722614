// The dashboard. Whatever comes of a request is written as text, never as HTML.
"use strict";

const MOST_KEPT = 1000; // calls that the page remembers
const MOST_SHOWN = 300; // of them in the list
const TABLES = JSON.parse(document.getElementById("tables").textContent);

const TITLE = document.title;

const $ = (id) => document.getElementById(id);
const state = { rows: new Map(), chosen: null, fresh: new Set(), tab: "calls" };

// Elements

function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

const badge = (text, kind = "") => el("span", { class: `badge ${kind}` }, text);
const time = (at) => new Date(at).toLocaleTimeString([], { hour12: false });
const moment = (at) => (at == null ? "–" : new Date(at).toLocaleString([], { hour12: false, dateStyle: "medium", timeStyle: "medium" }));

function say(text) {
  $("said").textContent = text;
  $("said").hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => ($("said").hidden = true), 3500);
}

async function ask(method, name, body) {
  const answer = await fetch(`/__admin/${name}`, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  }).catch(() => { throw new Error("The server doesn't answer"); });
  const value = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(value.reason || `status ${answer.status}`);
  return value;
}

function table(head, rows, label) {
  const cells = (row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell ?? "–")));
  const top = el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)));
  const made = el("table", { "aria-label": label }, el("thead", {}, top), el("tbody", {}, ...rows.map(cells)));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, made);
}

// Calls

function place(url) {
  const at = url.indexOf("/", url.indexOf("//") + 2);
  return at < 0 ? "/" : url.slice(at);
}

function serviceOf(row) {
  const known = TABLES.operations[row.operation];
  if (known) return known[0];
  const path = place(row.request.url);
  const base = TABLES.bases.find(([, each]) => path === each || path.startsWith(`${each}/`));
  return base ? base[0] : "elsewhere";
}

function kindOf(status) {
  if (status == null) return "odd";
  return status < 400 ? "good" : status < 500 ? "warn" : "bad";
}

// The service is told by its name, and an id by its beginning, so that what differs is seen
function shortPath(row) {
  const path = place(row.request.url);
  const base = TABLES.bases.find(([, each]) => each.length > 1 && path.startsWith(`${each}/`));
  return (base ? path.slice(base[1].length) : path).replace(/([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "$1…");
}

// What Adobe documents and the mock lacks is no mistake of the client's
const notImitated = (row) => row.violations.some(isMissing);
const isMissing = (broken) => TABLES.not_imitated.includes(broken.rule);

const breaches = (row) => row.violations.filter((broken) => !isMissing(broken));
const isWrong = (row) => breaches(row).some((broken) => broken.severity === "error");

function matches(row) {
  const [text, service, status] = [$("text").value.trim().toLowerCase(), $("service").value, $("status").value];
  const answered = row.response.status;
  if (service && serviceOf(row) !== service) return false;
  if (status && status !== (answered == null ? "none" : `${Math.floor(answered / 100)}xx`)) return false;
  if ($("broken").checked && !breaches(row).length) return false;
  return !text || JSON.stringify(row).toLowerCase().includes(text);
}

function item(row) {
  const rules = row.violations.map((broken) => isMissing(broken) ? badge("not imitated", "odd") :
    el("span", { class: `${broken.severity}-text` }, el("b", {}, broken.rule), ` ${broken.pointer}`));
  if (row.fault) rules.unshift(badge(`fault ${row.fault}`, "odd"));
  if (row.stub) rules.unshift(badge("stub", "odd"));
  if (row.failure) rules.unshift(badge("the mock failed", "bad"));
  const button = el("button", { type: "button", "data-id": row.id, "aria-current": String(row.id === state.chosen),
    onclick: () => choose(row.id) },
    el("span", { class: "at" }, time(row.at)),
    el("span", { class: "method" }, row.request.method),
    el("span", { class: "path", title: place(row.request.url) }, el("span", { class: "of" }, serviceOf(row)), shortPath(row)),
    badge(String(row.response.status ?? "none"), kindOf(row.response.status)),
    rules.length ? el("span", { class: "rules" }, ...rules) : null);
  return el("li", { class: state.fresh.has(row.id) ? "fresh" : null }, button);
}

function list() {
  const focused = document.activeElement?.dataset?.id;
  const found = [...state.rows.values()].reverse().filter(matches);
  const shown = found.slice(0, MOST_SHOWN).map(item);
  if (!shown.length) shown.push(state.rows.size ? el("li", { class: "empty" }, "No call fits these filters.") : waiting());
  $("list").replaceChildren(...shown);
  document.querySelector(".split").classList.toggle("none", !state.rows.size);
  const missing = found.filter(notImitated).length;
  const wrong = found.filter(isWrong).length;
  document.title = `${wrong ? `(${wrong}) ` : ""}${TITLE}`;
  const all = !state.rows.size ? "" : found.length > MOST_SHOWN ? `newest ${MOST_SHOWN} of ${found.length}` : `${found.length} of ${state.rows.size} calls`;
  $("count").replaceChildren(all, ...(wrong ? [" · ", el("b", { class: "error-text" }, `${wrong} broke the contract`)] : []),
    ...(missing ? [` · ${missing} not imitated`] : []));
  state.fresh.clear();
  if (focused) $("list").querySelector(`[data-id="${focused}"]`)?.focus({ preventScroll: true });
}

// What to do where there is nothing to see yet
function waiting() {
  const base = `${location.origin}/data/foundation/flowservice`;
  const first = `curl ${location.origin}/ims/token/v3 \\\n  -d 'grant_type=client_credentials&client_id=my-key&client_secret=my-secret&scope=openid'`;
  const line = (label, text) => el("div", { class: "line" }, el("pre", { tabindex: 0, role: "region", "aria-label": label }, text), el("button", { type: "button", "aria-label": `Copy: ${label}`, onclick: () => copy(text) }, "Copy"));
  return el("li", { class: "waiting" }, el("h2", {}, "No call yet"),
    el("p", {}, "Give your client this address in place of Flow Service's:"), line("the address of Flow Service", base),
    el("p", {}, "Or begin with a token, from any shell:"), line("a first call", first),
    el("p", { class: "quiet" }, "Each call appears here as it happens, with the rules that it breaks and how to mend them. ", el("a", { href: "/" }, "Every service's address")));
}

function later(work, pause) {
  let due = null;
  return () => { due ??= setTimeout(() => { due = null; work(); }, pause); };
}
const listSoon = later(list, 80);

function take(row) {
  state.rows.set(row.id, row);
  state.fresh.add(row.id);
  if (state.rows.size > MOST_KEPT) state.rows.delete(state.rows.keys().next().value);
}

function choose(id) {
  state.chosen = id;
  for (const each of $("list").querySelectorAll("button")) each.setAttribute("aria-current", String(each.dataset.id === String(id)));
  const row = state.rows.get(id);
  document.querySelector(".split").classList.toggle("open", Boolean(row));
  $("detail").replaceChildren(...(row ? detail(row) : [el("p", { class: "empty" }, "Choose a call.")]));
  $("detail").scrollTop = 0;
  if (!row) return;
  $("detail").focus({ preventScroll: true });
  if ($("back").offsetParent) $("detail").scrollIntoView();
}

function close() {
  document.querySelector(".split").classList.remove("open");
  const last = state.chosen;
  $("list").querySelector(`[data-id="${last}"]`)?.focus();
}

function detail(row) {
  const where = [row.operation, serviceOf(row), row.org_id && `${row.org_id} / ${row.sandbox_name}`, time(row.at), row.sender].filter(Boolean);
  return [
    el("button", { type: "button", id: "back", onclick: close }, "← All calls"),
    el("header", {}, el("h2", {}, `${row.request.method} ${place(row.request.url)}`),
      badge(row.response.status == null ? "no answer" : String(row.response.status), kindOf(row.response.status))),
    el("p", { class: "facts quiet" }, ...where.map((text) => el("span", {}, text))),
    row.fault ? el("p", { class: "facts" }, badge(`met: ${row.fault}`, "odd")) : null,
    row.failure ? el("p", { class: "problem" }, `The mock itself has failed: ${row.failure}`) : null,
    el("p", { class: "tools" },
      el("button", { type: "button", onclick: () => copy(curl(row)) }, "Copy as curl"),
      el("button", { type: "button", onclick: () => replay(row.id) }, "Replay")),
    ...row.violations.map(finding),
    el("h3", {}, "Request"), headers(row.request.headers, row.violations), body(row.request.body, row.violations, "Body of the request"),
    el("h3", {}, "Answer"), headers(row.response.headers, []), body(row.response.body, [], "Body of the answer"),
  ].filter(Boolean);
}

function finding(broken) {
  const [demand, mend, href] = TABLES.rules[broken.rule] ?? [broken.message, "", ""];
  const rows = [["found", broken.found], ["allowed", broken.allowed.join(", ")], ["nearest", broken.nearest], ["mend", mend]];
  const [kind, title] = isMissing(broken) ? ["odd", "Not imitated"] : [broken.severity, "Broken rule"];
  return el("section", { class: `finding ${kind}`, "aria-label": `${title} ${broken.rule} at ${broken.pointer}` },
    el("p", {}, el("b", { class: `${kind}-text` }, broken.rule), el("code", {}, broken.pointer), el("span", { class: "quiet" }, isMissing(broken) ? "not imitated here, no breach" : `${broken.severity}, ${broken.level}`)),
    el("p", { class: "demand" }, demand),
    el("dl", {}, ...rows.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", { class: name === "mend" ? null : "mono" }, value)]),
      el("dt", {}, "document"), el("dd", {}, link(broken.document, href))));
}

function link(text, href) {
  return href.startsWith("https://") ? el("a", { href, rel: "noreferrer", target: "_blank" }, text) : text;
}

function headers(values, violations) {
  const marked = new Set(violations.map((broken) => broken.pointer.split("/").pop().toLowerCase()));
  const rows = Object.entries(values).flatMap(([name, value]) => {
    const hit = marked.has(name.toLowerCase()) ? "hit-row" : null;
    return [el("dt", { class: hit }, name), el("dd", { class: hit }, value)];
  });
  const open = violations.some((broken) => Object.keys(values).some((name) => broken.pointer.toLowerCase().endsWith(`/${name.toLowerCase()}`)));
  return el("details", { open }, el("summary", { class: "quiet" }, Object.keys(values).length === 1 ? "1 header" : `${Object.keys(values).length} headers`), el("dl", { class: "pairs" }, ...rows));
}

function body(value, violations, label) {
  if (value == null) return el("p", { class: "quiet" }, "no body");
  const marks = new Map(violations.map((broken) => [broken.pointer.replace(/^\/?body(?=\/|$)/, ""), broken.severity]));
  const lines = typeof value === "string" ? [[value, ""]] : [...written(value, "", "", "")];
  return el("pre", { tabindex: 0, role: "region", "aria-label": label }, ...lines.map(([text, pointer]) => {
    const hit = pointer && marks.get(pointer);
    return el("span", { class: `line ${hit ? `hit ${hit}` : ""}` }, text, hit ? el("span", { class: "unseen" }, " (breaks a rule)") : null);
  }));
}

// Lines of JSON, each with the pointer of what it begins
function* written(value, pointer, indent, key, comma = "") {
  const name = key ? `${JSON.stringify(key)}: ` : "";
  if (value === null || typeof value !== "object" || !Object.keys(value).length) {
    yield [`${indent}${name}${JSON.stringify(value)}${comma}`, pointer];
    return;
  }
  const [open, shut] = Array.isArray(value) ? "[]" : "{}";
  yield [`${indent}${name}${open}`, pointer];
  const entries = Object.entries(value);
  for (const [place, [each, child]] of entries.entries()) {
    const step = each.replaceAll("~", "~0").replaceAll("/", "~1");
    yield* written(child, `${pointer}/${step}`, `${indent}  `, Array.isArray(value) ? "" : each, place < entries.length - 1 ? "," : "");
  }
  yield [`${indent}${shut}${comma}`, ""];
}

const UNTOLD = ["host", "user-agent", "accept-encoding", "connection", "content-length", "accept"];

function curl(row) {
  const quote = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;
  const { method, url, headers: sent, body: data } = row.request;
  const lines = [`curl -X ${method} ${quote(url)}`];
  for (const [name, value] of Object.entries(sent)) if (!UNTOLD.includes(name.toLowerCase())) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  const form = (sent["content-type"] ?? "").includes("urlencoded") && data && typeof data === "object";
  if (form) for (const [name, value] of Object.entries(data)) lines.push(`--data-urlencode ${quote(`${name}=${value}`)}`);
  else if (data != null) lines.push(`-d ${quote(typeof data === "string" ? data : JSON.stringify(data))}`);
  return lines.join(" \\\n  ");
}

async function copy(text) {
  try { await navigator.clipboard.writeText(text); say("Copied"); }
  catch { say(copyBySelection(text) ? "Copied" : "The browser doesn't allow copying here"); }
}

// Over HTTP from another machine a browser has no clipboard for scripts
function copyBySelection(text) {
  const [area, focused] = [el("textarea", { class: "unseen" }, text), document.activeElement];
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}

async function replay(id) {
  try { const { status } = await ask("POST", "replay", { id }); say(`Sent again: ${status ?? "no answer"}`); }
  catch (problem) { say(problem.message); }
}

// Stored

const WITH_STATE = ["connections", "sourceConnections", "targetConnections", "flows"];
let chosenTenant = "";

async function stored() {
  const { tenants, services } = await ask("GET", "resources");
  showAccounts(services);
  if (state.tab !== "stored") return;
  if (!tenants.length) { $("stored").replaceChildren(el("p", { class: "empty" }, "Nothing is stored yet.")); return; }
  const nameOf = (row) => `${row.org_id} / ${row.sandbox_name}`;
  const tenant = tenants.find((row) => nameOf(row) === chosenTenant) ?? tenants[0];
  const choice = el("select", { "aria-label": "Organisation and sandbox", onchange: (event) => { chosenTenant = event.target.value; stored(); } },
    ...tenants.map((row) => el("option", { selected: row === tenant }, nameOf(row))));
  const counts = tenant.collections.map((each) => badge(`${each.name} ${each.total}`));
  const open = [...$("stored").querySelectorAll("details[open]")].map((each) => each.id);
  const records = tenant.collections.map((each) => el("section", { class: "card" }, el("h2", {}, `${each.name} `, el("span", { class: "quiet" }, each.total > each.records.length ? `newest ${each.records.length} of ${each.total}` : String(each.total))),
    ...each.records.slice().reverse().map((record) => el("details", { id: `record-${each.name}-${record.id}`, open: open.includes(`record-${each.name}-${record.id}`) },
      el("summary", {}, el("b", {}, record.name || record.id), " ", ...[WITH_STATE.includes(each.name) ? badge(record.state, record.state === "enabled" ? "good" : "") : null, el("span", { class: "quiet" }, ` ${moment(record.updated_at)}`)].filter(Boolean)),
      el("p", { class: "quiet mono" }, record.id), body(record.document, [], `Document of ${record.id}`)))));
  const drawn = graph(tenant.collections);
  $("stored").replaceChildren(el("div", { class: "stack" }, el("div", { class: "bar" }, choice, ...counts), drawn ? el("section", { class: "card" }, el("h2", {}, "What refers to what"), drawn) : "", el("div", { class: "columns" }, ...records)));
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const [WIDE, HIGH, GAP, BETWEEN, MOST_NODES] = [172, 42, 14, 64, 14];

function graph(collections) {
  const columns = [["connections"], ["sourceConnections", "targetConnections"], ["flows"], ["runs"]].map((names) =>
    collections.filter((each) => names.includes(each.name)).flatMap((each) => each.records.slice(-MOST_NODES).map((record) => ({ kind: each.name, record }))));
  if (!columns.some((column) => column.length)) return null;
  const nodes = new Map();
  const used = columns.filter((column) => column.length);
  used.forEach((column, place) => column.forEach((node, row) => nodes.set(`${node.kind}/${node.record.id}`, { ...node, x: 4 + place * (WIDE + BETWEEN), y: 4 + row * (HIGH + GAP) })));
  const edges = [];
  for (const node of nodes.values()) for (const { collection, id } of node.record.references) {
    const from = nodes.get(`${collection}/${id}`);
    if (!from) continue;
    const [x1, y1, x2, y2] = [from.x + WIDE, from.y + HIGH / 2, node.x, node.y + HIGH / 2];
    edges.push(svg("path", { class: "edge", d: `M${x1} ${y1}C${x1 + BETWEEN / 2} ${y1} ${x2 - BETWEEN / 2} ${y2} ${x2} ${y2}` }));
  }
  const cut = (text) => (text.length > 18 ? `${text.slice(0, 17)}…` : text);
  const boxes = [...nodes.values()].map(({ kind, record, x, y }) => {
    const open = () => { const found = $(`record-${kind}-${record.id}`); if (found) { found.open = true; found.scrollIntoView({ block: "center" }); found.querySelector("summary").focus(); } };
    const box = svg("g", { class: "node", tabindex: 0, role: "button" }, svg("title", {}, `${kind}: ${record.name || record.id}`),
      svg("rect", { x, y, width: WIDE, height: HIGH, rx: 9 }), svg("text", { class: "kind", x: x + 10, y: y + 16 }, kind), svg("text", { class: "name", x: x + 10, y: y + 32 }, cut(record.name || record.id)));
    box.addEventListener("click", open);
    box.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); } });
    return box;
  });
  const [width, height] = [used.length * (WIDE + BETWEEN) - BETWEEN + 8, Math.max(...used.map((column) => column.length)) * (HIGH + GAP) - GAP + 8];
  return el("div", { class: "graph", tabindex: 0, role: "region", "aria-label": "Stored things and their references" }, svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group" }, ...edges, ...boxes));
}

function showAccounts(services) {
  if (state.tab !== "accounts") return;
  const parts = Object.entries(services).flatMap(([service, tables]) => Object.entries(tables).map(([name, rows]) => {
    const heads = rows.length ? Object.keys(rows[0]) : [];
    const cell = (key, value) => key === "state" ? badge(value, value === "valid" ? "good" : value === "revoked" ? "bad" : "warn") : key === "expires" ? moment(value) : value;
    return el("section", { class: "card" }, el("h2", {}, `${service[0].toUpperCase()}${service.slice(1)}: ${name} `, el("span", { class: "quiet" }, String(rows.length))),
      rows.length ? table(heads, rows.map((row) => heads.map((key) => cell(key, row[key]))), `${service}: ${name}`) : el("p", { class: "quiet" }, "none yet"));
  }));
  $("accounts").replaceChildren(el("div", { class: "stack" }, el("p", { class: "quiet" }, "Tokens are named by the beginning of their SHA-256; none is shown."), ...parts));
}

// Coverage

let onlyMissing = false;

async function coverage() {
  const { areas, points } = await ask("GET", "contract");
  const open = [...$("coverage").querySelectorAll("details[open]")].map((each) => each.id);
  const called = Object.entries(areas).map(([name, area]) => ({ name, ...area }));
  const told = new Set(called.flatMap(({ operations }) => [...operations.exercised, ...operations.missing]));
  const list = (kind, ids) => el("ul", {}, ...ids.map((id) => [id, points[kind][id]]).filter(([, { exercised }]) => !onlyMissing || !exercised).map(([id, { what, exercised }]) =>
    el("li", { class: exercised ? "met" : null }, el("code", {}, id), ` ${what}`, el("span", { class: "unseen" }, exercised ? " (exercised)" : " (never touched)"))));
  const idsOf = (kind, of) => { const ids = new Set(of.flatMap((area) => [...area[kind].exercised, ...area[kind].missing])); return Object.keys(points[kind]).filter((id) => ids.has(id)); };
  const all = (service, of) => el("details", { id: `cover-${service}`, open: open.includes(`cover-${service}`) }, el("summary", {}, "Show them"), el("h3", {}, "Operations"), list("operations", idsOf("operations", of)), el("h3", {}, "Rules"), list("rules", idsOf("rules", of)));
  const total = ({ exercised, missing }) => exercised.length + missing.length;
  const meter = (name, points) => {
    const bar = el("i"); bar.style.width = `${(100 * points.exercised.length) / (total(points) || 1)}%`;
    return el("div", {}, el("p", {}, el("b", {}, String(points.exercised.length)), el("span", { class: "quiet" }, ` of ${total(points)} ${name}`)), el("div", { class: "meter" }, bar));
  };
  const numbers = (area) => el("div", { class: "numbers" }, el(area.name === area.service ? "h2" : "h3", {}, area.name), meter("operations", area.operations), meter("rules", area.rules));
  const shown = [...new Set(called.map(({ service }) => service))].map((service) => {
    const here = called.filter((area) => area.service === service);
    return el("section", { class: "card area" }, here[0].name === service ? null : el("h2", {}, service), ...here.map(numbers), all(service, here));
  });
  const others = TABLES.services.map((service) => [service, Object.keys(points.operations).filter((id) => !told.has(id) && TABLES.operations[id][0] === service)]).filter(([, ids]) => ids.length);
  if (others.length) shown.push(el("section", { class: "card" }, el("h2", {}, "Never called"), ...others.map(([service, ids]) => el("details", { id: `uncalled-${service}`, open: open.includes(`uncalled-${service}`), class: "area" },
    el("summary", {}, service, " ", el("span", { class: "quiet" }, `${ids.length} ${ids.length === 1 ? "operation" : "operations"}`)), list("operations", ids)))));
  const box = el("input", { type: "checkbox", id: "missing", onchange: (event) => { onlyMissing = event.target.checked; coverage(); } });
  box.checked = onlyMissing;
  $("coverage").replaceChildren(el("div", { class: "stack" }, el("div", { class: "bar" }, el("label", { class: "check" }, box, " Only what was never touched"), el("span", { class: "quiet" }, "An operation counts when it was called, a rule when a call broke it.")), ...shown));
}

// Faults, stubs, the clock

async function faults() {
  const { faults: rows } = await ask("GET", "faults");
  $("fault-rows").replaceChildren(rows.length ? table(["fault", "where", "left", "met"], rows.map((row) => [row.kind && row.kind !== "whole" ? row.kind : String(row.status ?? ""), `${row.method ?? "any"} ${row.path ?? ""}`, String(row.times ?? ""), badge(String(row.met ?? 0), row.met ? "good" : "")]), "Faults") : el("p", { class: "empty" }, "No fault waits."));
  const answer = await fetch("/__admin/stubs").catch(() => { throw new Error("The server doesn't answer"); });
  $("stubs").hidden = !answer.ok;
  $("with-stubs").textContent = answer.ok ? " & stubs" : "";
  if (!answer.ok) return;
  const { stubs } = await answer.json();
  $("stub-rows").replaceChildren(stubs.length ? table(["status", "where", "left", "met"], stubs.map((row) => [String(row.status), `${row.method ?? "any"} ${row.host ?? ""}${row.path}`, String(row.times ?? "always"), badge(String(row.met ?? 0), row.met ? "good" : "")]), "Stubs") : el("p", { class: "empty" }, "No stub is set."));
}

function filled(form, numbers) {
  const row = {};
  for (const [name, value] of new FormData(form)) if (value !== "") row[name] = numbers.includes(name) ? Number(value) : value;
  return row;
}

function onSubmit(form, name, read) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector(".problem");
    problem.textContent = "";
    try { await ask("POST", name, read()); await faults(); say("Added"); }
    catch (error) { problem.textContent = error.message; }
  });
}

onSubmit($("add-fault"), "faults", () => {
  const { what, ...row } = filled($("add-fault"), ["times", "retry_after", "delay"]);
  return { ...row, ...(Number(what) ? { status: Number(what) } : { kind: what }) };
});
onSubmit($("add-stub"), "stubs", () => {
  const row = filled($("add-stub"), ["times", "status"]);
  if (row.json) row.json = JSON.parse(row.json);
  return row;
});
for (const name of ["faults", "stubs"]) $(`clear-${name}`).addEventListener("click", async () => { await ask("DELETE", name); faults(); });

let ahead = null;
async function clock() { ahead = (await ask("GET", "clock")).now - Date.now(); tick(); }
function tick() { if (ahead !== null) $("now").textContent = moment(Date.now() + ahead); }
setInterval(tick, 1000);
$("advance").addEventListener("change", async (event) => {
  const seconds = Number(event.target.value);
  event.target.value = "";
  if (seconds) { await ask("POST", "clock", { advance: seconds }); await clock(); say("The clock went on"); refresh(); }
});
$("reset").addEventListener("click", async () => {
  if (!confirm("Forget all calls, records, tokens, faults and the clock's advance?")) return;
  await ask("POST", "reset"); forget(); await clock(); refresh(); say("Reset");
});
$("clear").addEventListener("click", async () => { await ask("DELETE", "requests"); forget(); });

function forget() { state.rows.clear(); choose(null); list(); }

// Tabs and filters

const SHOW = { calls: list, stored, coverage, faults, accounts: stored };
function refresh() { Promise.resolve(SHOW[state.tab]()).catch((problem) => say(problem.message)); }
const refreshSoon = later(() => { if (state.tab !== "calls") refresh(); }, 700);

function show(name) {
  state.tab = name;
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const mine = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(mine));
    tab.tabIndex = mine ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !mine;
  }
  history.replaceState(null, "", `#${name}`);
  refresh();
}

const tabs = [...document.querySelectorAll("[role=tab]")];
for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => show(tab.id.slice(4)));
  tab.addEventListener("keydown", (event) => {
    const next = { ArrowRight: tabs[(place + 1) % tabs.length], ArrowLeft: tabs.at(place - 1), Home: tabs[0], End: tabs.at(-1) }[event.key];
    if (!next) return;
    event.preventDefault();
    next.focus(); show(next.id.slice(4));
  });
}
if (matchMedia("(hover: none)").matches) $("text").placeholder = "Find text"; // no key to press
for (const id of ["text", "service", "status", "broken"]) $(id).addEventListener("input", listSoon);
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("list").addEventListener("keydown", (event) => {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const next = step && event.target.closest("li")?.[step]?.querySelector("button");
  if (next) { event.preventDefault(); next.focus(); }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state.chosen !== null) close();
  if (event.key !== "/" || state.tab !== "calls" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  event.preventDefault();
  $("text").focus();
});
for (const service of [...TABLES.services, "elsewhere"]) $("service").append(el("option", {}, service));

// Live

function live(text, kind) { $("live").textContent = text; $("live").dataset.state = kind; }

// The journal as it is now: a server that was away has gone on, or begun anew
async function load() {
  state.rows.clear(); // events fill it meanwhile
  const { requests } = await ask("GET", `requests?limit=${MOST_SHOWN}`);
  state.rows = new Map([...requests, ...state.rows.values()].map((row) => [row.id, row]));
  if (state.chosen !== null && !state.rows.has(state.chosen)) choose(null);
  await clock();
  await faults();
}

const begun = () => show(SHOW[location.hash.slice(1)] ? location.hash.slice(1) : "calls");

function begin() {
  const events = new EventSource("/__admin/events");
  events.addEventListener("open", () => load().then(begun).then(() => live("live", "live")).catch((problem) => live(problem.message, "lost")));
  events.addEventListener("error", () => live("connection lost, trying again", "lost"));
  events.addEventListener("exchange", (event) => { take(JSON.parse(event.data)); listSoon(); refreshSoon(); });
  events.addEventListener("skipped", (event) => live(`live; ${JSON.parse(event.data).skipped} calls came too fast to be listed`, "live"));
}
addEventListener("unhandledrejection", (event) => { event.preventDefault(); say(event.reason?.message ?? String(event.reason)); });
begin();
