"use strict";
// Everything can be read without this script; it adds a filter, and opens folds for printing.
(function () {
  document.querySelectorAll(".filter").forEach(function (filter) {
    var scope = document.getElementById(filter.dataset.scope);
    var items = Array.from(scope.querySelectorAll("[data-find], .file"));
    var rows = items.filter(function (item) { return item.tagName !== "LI"; });
    var search = filter.querySelector("input[type=search]");
    var boxes = Array.from(filter.querySelectorAll("input[type=checkbox]"));
    var told = filter.querySelector("output");
    var found = function (item) {
      return item.dataset.find || item.querySelector("summary").textContent.toLowerCase();
    };
    var apply = function () {
      var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = new Set(boxes.filter(function (b) { return b.checked; }).map(function (b) { return b.value; }));
      items.forEach(function (item) {
        var fits = (!boxes.length || shown.has(item.dataset.standing)) &&
          words.every(function (word) { return found(item).includes(word); });
        item.hidden = !fits && item.tagName !== "LI";
        item.classList.toggle("dim", !fits);
      });
      if (words.length) { scope.querySelectorAll("details.rest").forEach(function (fold) { fold.open = true; }); }
      var left = rows.filter(function (row) { return !row.hidden; }).length;
      told.textContent = left === rows.length ? "" : left + " of " + rows.length + " shown";
    };
    search.addEventListener("input", apply);
    boxes.forEach(function (box) { box.addEventListener("change", apply); });
    filter.hidden = false;
  });
  // Time: what was not yet known on the chosen day is taken out of the picture.
  document.querySelectorAll(".slider[data-scope]").forEach(function (slider) {
    var scope = document.getElementById(slider.dataset.scope);
    var dated = Array.from(scope.querySelectorAll("[data-day]"));
    var days = dated.map(function (item) { return Number(item.dataset.day); });
    var input = slider.querySelector("input");
    var told = slider.querySelector("output");
    if (new Set(days).size < 2) { return; }
    input.min = Math.min.apply(null, days);
    input.max = Math.max.apply(null, days);
    input.value = input.max;
    var show = function () {
      var day = Number(input.value);
      dated.forEach(function (item) { item.classList.toggle("later", Number(item.dataset.day) > day); });
      var people = scope.querySelectorAll(".person[data-day]:not(.later)").length;
      var bonds = scope.querySelectorAll(".link[data-day]:not(.later) .edge:not(.contact)").length;
      var date = new Date(day * 86400000).toISOString().slice(0, 10);
      told.textContent = date + ": " + people + " people, " + bonds + " bonds";
      input.setAttribute("aria-valuetext", told.textContent);
    };
    input.addEventListener("input", show);
    show();
    slider.hidden = false;
  });
  // What if: the sentence of each setting, and a line that goes through the picture.
  document.querySelectorAll(".step").forEach(function (step) {
    var steps = JSON.parse(step.dataset.steps);
    var input = step.querySelector("input");
    var told = step.querySelector("output");
    var cursor = step.parentNode.querySelector(".cursor");
    var show = function () {
      var one = steps[Number(input.value)];
      told.textContent = one[1];
      input.setAttribute("aria-valuetext", one[1]);
      cursor.setAttribute("transform", "translate(" + one[0] + " 0)");
      cursor.style.visibility = "visible";
    };
    input.addEventListener("input", show);
    show();
    step.hidden = false;
  });
  // A chosen person: their bonds and the contacts behind them in words, all else stands back.
  var picked = document.querySelector("#bonds .picked");
  document.querySelectorAll("#bonds .network svg").forEach(function (svg) {
    var choose = function (node) {
      var again = node.getAttribute("aria-pressed") === "true";
      document.querySelectorAll("#bonds [aria-pressed]").forEach(function (one) { one.setAttribute("aria-pressed", "false"); });
      document.querySelectorAll("#bonds .aside").forEach(function (one) { one.classList.remove("aside"); });
      picked.hidden = again;
      if (again) { return; }
      node.setAttribute("aria-pressed", "true");
      var near = new Set([node.dataset.who]);
      var lines = [];
      svg.querySelectorAll("[data-pair]").forEach(function (link) {
        var pair = link.dataset.pair.split(" ");
        var joins = pair.includes(node.dataset.who);
        link.classList.toggle("aside", !joins);
        if (!joins) { return; }
        pair.forEach(function (who) { near.add(who); });
        if (link.classList.contains("link")) { lines.push(link.querySelector("title").textContent); }
      });
      svg.querySelectorAll("[data-who]").forEach(function (one) { one.classList.toggle("aside", !near.has(one.dataset.who)); });
      picked.textContent = lines.join("\n");
    };
    svg.setAttribute("role", "group");
    svg.querySelectorAll("[data-who]").forEach(function (node) {
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "button");
      node.setAttribute("aria-pressed", "false");
      node.setAttribute("aria-label", node.querySelector("title").textContent);
      node.addEventListener("click", function () { choose(node); });
      node.addEventListener("keydown", function (event) {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(node); }
      });
    });
  });
  // A link to a row opens what folds it away.
  var reveal = function () {
    var row = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row) { return; }
    var closed = false;
    row.hidden = false;
    for (var up = row.parentElement; up; up = up.parentElement) {
      if (up.tagName === "DETAILS" && !up.open) { up.open = true; closed = true; }
    }
    if (closed || row.tagName === "TR") { row.scrollIntoView({ block: "center" }); }
  };
  window.addEventListener("hashchange", reveal);
  reveal();
  // Colours of people by a column of the samples.
  document.querySelectorAll(".colours").forEach(function (box) {
    var known = JSON.parse(document.getElementById("bond-metadata").textContent);
    var select = box.querySelector("select");
    var legend = box.querySelector("ul");
    select.addEventListener("change", function () {
      var one = known[select.value];
      document.querySelectorAll("#bonds .person, #timeline .person").forEach(function (person) {
        var of = one.of[person.querySelector(".name").textContent];
        var dot = person.querySelector(".node");
        dot.setAttribute("class", dot.getAttribute("class").replace(/ g\d/g, "") + (of === undefined ? "" : " g" + of));
      });
      legend.textContent = "";
      one.labels.forEach(function (text, place) {
        var item = document.createElement("li");
        var key = document.createElement("span");
        key.className = "key dot g" + place;
        key.setAttribute("aria-hidden", "true");
        item.append(key, text);
        legend.append(item);
      });
    });
    select.disabled = false;
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open]):not(.file:not(.urgent))").forEach(function (fold) {
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
