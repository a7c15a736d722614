"""Programs that the guide has no block for, each unchanged behind `mockserver run`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kit.connection import zoho
from tests.kit.depth import deep
from tests.kit.running import missing, run

pytestmark = deep

CONNECTIONS = "https://platform.adobe.io/data/foundation/flowservice/connections"
FORM = "application/x-www-form-urlencoded"
IMS = "grant_type=client_credentials&client_id=k&client_secret=s&scope=openid"
ZOHO = "client_id=1000.X&client_secret=s&refresh_token=1000.y&grant_type=refresh_token"
GATEWAY = {"x-api-key": "k", "x-gw-ims-org-id": "MINE@AdobeOrg", "x-sandbox-name": "prod"}


def keeping(name: str, key: str) -> list[dict[str, Any]]:
    """What a Postman request does with its answer."""
    lines = ["pm.test('is answered', () => pm.response.to.be.success)"]
    lines.append(f"pm.environment.set('{name}', pm.response.json().{key})")
    return [{"listen": "test", "script": {"exec": lines}}]


def item(method: str, url: str, headers: dict[str, str], body: str = "", keeps: tuple[str, str] | None = None) -> Any:
    header = [{"key": key, "value": value} for key, value in headers.items()]
    request = {"method": method, "url": url, "header": header, "body": {"mode": "raw", "raw": body}}
    return {"name": url, "request": request, "event": keeping(*keeps) if keeps else []}


ADOBE = {"Authorization": "Bearer {{token}}", "Content-Type": "application/json", **GATEWAY}
COLLECTION = {
    "info": {"name": "journey", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "item": [
        item(
            "POST",
            "https://ims-na1.adobelogin.com/ims/token/v3",
            {"Content-Type": FORM},
            IMS,
            ("token", "access_token"),
        ),
        item("POST", CONNECTIONS, ADOBE, json.dumps(zoho()), ("id", "id")),
        item("GET", CONNECTIONS + "/{{id}}", ADOBE),
        item("POST", "https://accounts.zoho.eu/oauth/v2/token", {"Content-Type": FORM}, ZOHO, ("zoho", "access_token")),
        item(
            "GET",
            "https://www.zohoapis.eu/crm/v8/Leads?fields=Last_Name",
            {"Authorization": "Zoho-oauthtoken {{zoho}}"},
        ),
    ],
}


@pytest.mark.skipif(bool(missing("node:newman")), reason=missing("node:newman"))
def test_newman_runs_a_collection(tmp_path: Path) -> None:
    (tmp_path / "journey.json").write_text(json.dumps(COLLECTION), "utf-8")
    program = "require('newman').run({collection: require('./journey.json'), reporters: 'cli'}, (error, summary) => {"
    program += "process.exit(error || summary.run.failures.length ? 1 : 0)})"
    (tmp_path / "newman.cjs").write_text(program, "utf-8")
    ran = run("--", "node", "newman.cjs", where=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "mockserver: 5 calls (" in ran.stderr
    assert "all as the contract wants them" in ran.stderr


JAVA = """
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.regex.Pattern;

public class Journey {
  static String send(String url, String body, String... headers) throws Exception {
    var connection = (HttpURLConnection) new URL(url).openConnection();
    for (int place = 0; place < headers.length; place += 2) {
      connection.setRequestProperty(headers[place], headers[place + 1]);
    }
    if (body != null) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static String field(String name, String document) {
    var found = Pattern.compile("\\"" + name + "\\": *\\"([^\\"]*)\\"").matcher(document);
    found.find();
    return found.group(1);
  }

  public static void main(String[] arguments) throws Exception {
    var token = field("access_token", send("https://ims-na1.adobelogin.com/ims/token/v3", "%(ims)s"));
    String[] headers = {"Authorization", "Bearer " + token, "x-api-key", "k", "x-gw-ims-org-id", "MINE@AdobeOrg",
        "x-sandbox-name", "prod", "Content-Type", "application/json"};
    var created = send("%(connections)s", Files.readString(Path.of("connection.json")), headers);
    send("%(connections)s/" + field("id", created), null, headers);
    var access = field("access_token", send("https://accounts.zoho.eu/oauth/v2/token", "%(zoho)s"));
    send("https://www.zohoapis.eu/crm/v8/Leads?fields=Last_Name", null, "Authorization", "Zoho-oauthtoken " + access);
    try {
      send("https://example.com/", null);
    } catch (java.io.IOException problem) {
      System.out.println(problem.getMessage());
    }
  }
}
"""


@pytest.mark.skipif(bool(missing("java")), reason=missing("java"))
def test_javas_older_client_goes_its_way_and_is_told_what_is_refused(tmp_path: Path) -> None:
    (tmp_path / "connection.json").write_text(json.dumps(zoho()), "utf-8")
    (tmp_path / "Journey.java").write_text(JAVA % {"ims": IMS, "zoho": ZOHO, "connections": CONNECTIONS}, "utf-8")
    ran = run("--", "java", "Journey.java", where=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "example.com is neither emulated nor allowed: mockserver run --allow example.com" in ran.stdout
    assert "mockserver: 5 calls (" in ran.stderr
    assert "all as the contract wants them" in ran.stderr


@pytest.mark.skipif(bool(missing("node")), reason=missing("node"))
def test_nodes_own_clients_are_told_what_is_refused(tmp_path: Path) -> None:
    program = """
    const show = async (url) => { const answer = await fetch(url); console.log(answer.status, await answer.text()); };
    const server = require("http").createServer((_, answer) => answer.end("mine")).listen(0, async () => {
      await show("https://example.com/");
      await show("http://example.com/");
      await show(`http://localhost:${server.address().port}/`);
      server.close();
    });
    """
    (tmp_path / "asks.cjs").write_text(program, "utf-8")
    ran = run("--", "node", "asks.cjs", where=tmp_path)
    assert ran.returncode == 0, ran.stderr
    refused = '403 {"status":403,"reason":"example.com is neither emulated nor allowed: '
    first, second, own = ran.stdout.splitlines()
    assert first.startswith(refused)
    assert second.startswith(refused)
    assert own == "200 mine"
    assert "refused example.com, 2 times" in ran.stderr


PERL = {
    "HTTP::Tiny": "HTTP::Tiny->new(verify_SSL => 1)->get($url)->{status}",
    "LWP::UserAgent": "LWP::UserAgent->new->get($url)->code",
}


@pytest.mark.parametrize(("module", "asked"), PERL.items(), ids=PERL)
def test_perl_reaches_it(module: str, asked: str) -> None:
    if reason := missing(f"perl:{module}"):
        pytest.skip(reason)
    ran = run("--fail-on", "none", "--", "perl", "-e", f"use {module}; my $url = '{CONNECTIONS}'; print {asked}")
    assert (ran.stdout, ran.returncode) == ("403", 0), ran.stderr


LEADS = "https://www.zohoapis.eu/crm/v8/Leads"
LEAD = '{"data": [{"Last_Name": "Lovelace"}]}'
PHP = """<?php
$call = curl_init("%(leads)s");
curl_setopt_array($call, [CURLOPT_POSTFIELDS => '%(lead)s', CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ["Authorization: Zoho-oauthtoken 1000.any"]]);
$answer = json_decode(curl_exec($call));
echo curl_error($call) ?: $answer->data[0]->code;
"""
RUBY = """
require "net/http"
url = URI("%(leads)s")
print Net::HTTP.post(url, '%(lead)s', "Authorization" => "Zoho-oauthtoken 1000.any").body[/SUCCESS/]
"""
GO = """package main

import ("fmt"; "io"; "net/http"; "strings")

func main() {
	request, _ := http.NewRequest("POST", "%(leads)s", strings.NewReader(`%(lead)s`))
	request.Header.Set("Authorization", "Zoho-oauthtoken 1000.any")
	answer, problem := http.DefaultClient.Do(request)
	if problem != nil {
		panic(problem)
	}
	text, _ := io.ReadAll(answer.Body)
	fmt.Print(string(text)[18:25])
}
"""


@pytest.mark.parametrize(
    ("command", "file", "program"),
    [(["php"], "write.php", PHP), (["ruby"], "write.rb", RUBY), (["go", "run"], "write.go", GO)],
    ids=["php", "ruby", "go"],
)
def test_a_program_writes_a_lead_without_saying_that_it_is_json(
    tmp_path: Path, command: list[str], file: str, program: str
) -> None:
    """PHP's curl calls the body a form, Ruby too; Go says nothing of it."""
    if reason := missing(command[0]):
        pytest.skip(reason)
    (tmp_path / file).write_text(program % {"leads": LEADS, "lead": LEAD}, "utf-8")
    ran = run("--", *command, file, where=tmp_path)
    assert (ran.stdout, ran.returncode) == ("SUCCESS", 0), ran.stderr
    assert "all as the contract wants them" in ran.stderr
