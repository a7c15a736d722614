// Node's fetch and http modules ask no proxy, nor do Bun's http modules. Where they open a connection to an emulated host, it goes to the mock,
// and one to any other host of the web, unless it is allowed, so that the mock refuses it. Nothing else is changed.
"use strict";

const net = require("node:net");

const address = process.env.MOCKSERVER_RUN_ADDRESS || "";
const listOf = (name) => (process.env[name] || "").split(",").filter(Boolean);
const domains = listOf("MOCKSERVER_RUN_HOSTS");
const allowed = new Set(listOf("MOCKSERVER_RUN_ALLOWED"));
const WEB = new Set([80, 443]);

const plain = (host) => host.toLowerCase().replace(/\.$/, "");
const isEmulated = (host) => !allowed.has(host) && domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
const isLocal = (host) => net.isIP(host) !== 0 || !host.includes(".") || host.endsWith(".localhost");
const isRefused = (host, port) => WEB.has(Number(port)) && !isLocal(host) && !allowed.has("*") && !allowed.has(host);

const connect = net.Socket.prototype.connect;

function redirected(...args) {
  // net and http hand over what they have normalised, tls and others what they were given themselves.
  const normalised = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
  const [options, callback] = normalised;
  const host = typeof options.host === "string" ? plain(options.host) : "";
  if (options.path || !(isEmulated(host) || isRefused(host, options.port))) return connect.apply(this, args);
  if (this.encrypted && args[0] === Object(args[0]) && !args[0].servername) args[0].servername = host;
  const at = address.lastIndexOf(":");
  const changed = { ...options, host: address.slice(0, at), port: Number(address.slice(at + 1)) };
  return connect.call(this, changed, ...(callback ? [callback] : []));
}

if (address) net.Socket.prototype.connect = redirected;
