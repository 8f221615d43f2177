"use strict";
// Everything can be read without this script; it adds a filter, and opens folds for printing.
(function () {
  var filter = document.querySelector("#board .filter");
  if (filter) {
    var items = Array.from(document.querySelectorAll("#board [data-find]"));
    var rows = items.filter(function (item) { return item.tagName === "TR"; });
    var search = filter.querySelector("input[type=search]");
    var boxes = Array.from(filter.querySelectorAll("input[type=checkbox]"));
    var told = filter.querySelector("output");
    var apply = function () {
      var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = new Set(boxes.filter(function (b) { return b.checked; }).map(function (b) { return b.value; }));
      items.forEach(function (item) {
        var fits = shown.has(item.dataset.standing) &&
          words.every(function (word) { return item.dataset.find.includes(word); });
        item.hidden = !fits && item.tagName === "TR";
        item.classList.toggle("dim", !fits);
      });
      var left = rows.filter(function (row) { return !row.hidden; }).length;
      told.textContent = left === rows.length ? "" : left + " of " + rows.length + " shown";
    };
    search.addEventListener("input", apply);
    boxes.forEach(function (box) { box.addEventListener("change", apply); });
    filter.hidden = false;
  }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (fold) {
      fold.open = true;
      fold.dataset.opened = "yes";
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-opened]").forEach(function (fold) {
      fold.open = false;
      delete fold.dataset.opened;
    });
  });
})();
