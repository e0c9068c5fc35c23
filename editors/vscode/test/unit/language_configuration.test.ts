// Indentation, folding and enter rules of the language configuration, on lines of templates.

import assert from "node:assert/strict";
import { test } from "node:test";

import { blocks, readJson } from "../repository";

type Pattern = string | { pattern: string; flags?: string };

interface Configuration {
  comments: { blockComment: [string, string] };
  folding: { markers: { start: string; end: string } };
  indentationRules: { increaseIndentPattern: string; decreaseIndentPattern: string };
  onEnterRules: { beforeText: Pattern; afterText: Pattern }[];
  wordPattern: string;
}

const configuration = readJson<Configuration>("language-configuration.json");
const increase = new RegExp(configuration.indentationRules.increaseIndentPattern);
const decrease = new RegExp(configuration.indentationRules.decreaseIndentPattern);

function expression(pattern: Pattern): RegExp {
  return typeof pattern === "string" ? new RegExp(pattern) : new RegExp(pattern.pattern, pattern.flags);
}

test("what follows the beginning of a block is indented", () => {
  const lines = ["@if (a > 1)", "  @foreach (posts as post)", "@else", "@empty", "@section('content')", "@push('head')", "<div class=\"a\">", "<x-card :title=\"a\">", "<p title=\"{{ a > b }}\">", "@case(1)", "@rust"];
  for (const line of lines) {
    assert.match(line, increase);
  }
});

test("what is complete in its line, or opens nothing, indents nothing", () => {
  const lines = ["@if (a) b @endif", "@section('title', post.title)", "<p>text</p>", "<br>", "<img src=\"a\">", "<x-card />", "{{ a }}", "@include('a')", "@endif", "text"];
  for (const line of lines) {
    assert.doesNotMatch(line, increase);
  }
});

test("ends and branches go back", () => {
  const ends = blocks().flatMap(({ closers }) => closers);
  for (const line of [...ends.map((name) => `  @${name}`), "@else", "@elseif (a)", "@case(2)", "@default", "</div>", "</x-card>"]) {
    assert.match(line, decrease);
  }
  for (const line of ["@if (a)", "<div>", "text", "@section('a')"]) {
    assert.doesNotMatch(line, decrease);
  }
});

test("enter between a beginning and its end opens a line between them", () => {
  const opens = (before: string, after: string) =>
    configuration.onEnterRules.some(({ beforeText, afterText }) => expression(beforeText).test(before) && expression(afterText).test(after));
  assert.ok(opens("<div>", "</div>"));
  assert.ok(opens("<x-card :title=\"a\">", "</x-card>"));
  assert.ok(opens("  @if (a)", "@endif"));
  assert.ok(opens("@section('a')", "@endsection"));
  assert.ok(!opens("<br>", "</div>"));
  assert.ok(!opens("text", "@endif"));
});

test("comments, regions and words", () => {
  assert.deepEqual(configuration.comments.blockComment, ["{{--", "--}}"]);
  assert.match("{{-- #region head --}}", new RegExp(configuration.folding.markers.start));
  assert.match("<!-- #endregion -->", new RegExp(configuration.folding.markers.end));
  const words = "post.title | upper @foreach x-card".match(new RegExp(configuration.wordPattern, "g"));
  assert.deepEqual(words, ["post", "title", "upper", "foreach", "x-card"]);
});
