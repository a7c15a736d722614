// The search wants every word that is typed. Of a pasted message it is given only what the documentation has of it:
// the name of a rule or error, or the piece of an error's text that is the same in each answer.
(() => {
  const plain = (text) => text.replace(/[`\\"']/g, "").replace(/\s+/g, " ").toLowerCase();
  const length = (pieces) => pieces.join("").length;

  function known(pasted) {
    const names = new Set(pasted.match(/[\w-]+/g));
    const text = plain(pasted);
    const stands = (pieces) => pieces.every((piece) => text.includes(plain(piece)));
    const texts = KNOWN.texts.filter(stands).sort((one, other) => length(other) - length(one));
    return (
      KNOWN.rules.find((rule) => names.has(rule)) ?? texts[0]?.[0] ?? KNOWN.errors.find((error) => names.has(error))
    );
  }

  addEventListener("paste", (event) => {
    const box = event.composedPath()[0];
    const found = box.getAttribute?.("role") === "combobox" && known(event.clipboardData.getData("text"));
    if (!found) return;
    event.preventDefault();
    box.value = found;
    box.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  }, true);
})();
