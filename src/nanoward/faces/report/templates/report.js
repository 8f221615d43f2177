"use strict";
// Everything can be read without this script; it adds a filter, and opens folds for printing.
(function () {
  // Long tables: the first rows stand in the page, the others are made when they are turned to.
  var PAGE = 50;
  var SVG = document.querySelector("svg").namespaceURI;
  var marked = function (name) {
    var svg = document.createElementNS(SVG, "svg");
    var use = document.createElementNS(SVG, "use");
    svg.setAttribute("class", "mark s-" + name);
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#m-" + name);
    svg.append(use);
    return svg;
  };
  var cellOf = function (one, kind) {
    var part = typeof one === "string" ? [one] : one;
    var cell = document.createElement("td");
    if (kind) { cell.className = kind; }
    if (part[3]) { cell.title = part[3]; }
    if (part[1]) {
      var state = document.createElement("span");
      state.className = "state s-" + part[1];
      state.append(marked(part[1]), part[0]);
      cell.append(state);
    } else if (part[2]) {
      var told = document.createElement(part[2] === "hash" ? "code" : "span");
      told.className = part[2] === "hash" ? "hash" : "chip " + part[2];
      told.textContent = part[0];
      cell.append(told);
    } else { cell.textContent = part[0]; }
    return cell;
  };
  var button = function (text, label, go) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", go);
    return made;
  };
  var pagers = [];
  document.querySelectorAll("script.rows").forEach(function (script) {
    var data = JSON.parse(script.textContent);
    var body = script.previousElementSibling.querySelector("tbody");
    var name = script.previousElementSibling.getAttribute("aria-label");
    var all = Array.from(body.rows).map(function (row) {
      return { row: row, id: row.id, group: row.dataset.standing, find: row.dataset.find || row.textContent.toLowerCase() };
    }).concat(data.rows.map(function (row, place) {
      var cells = row.map(function (one) { return typeof one === "number" ? data.words[one] : one; });
      return {
        cells: cells, id: data.ids && data.ids[place], group: data.group && data.group[place],
        find: cells.map(function (one) { return typeof one === "string" ? one : one[0]; }).join(" ").toLowerCase()
      };
    }));
    var shown = all;
    var page = 0;
    var bar = document.createElement("div");
    var told = document.createElement("output");
    told.setAttribute("aria-live", "polite");
    var rowOf = function (one) {
      if (one.row) { return one.row; }
      one.row = document.createElement("tr");
      if (one.id) { one.row.id = one.id; }
      if (one.group) { one.row.dataset.standing = one.group; }
      one.cells.forEach(function (cell, place) { one.row.append(cellOf(cell, data.kinds[place])); });
      return one.row;
    };
    var draw = function () {
      var last = Math.max(Math.ceil(shown.length / PAGE) - 1, 0);
      page = Math.min(Math.max(page, 0), last);
      var some = shown.slice(page * PAGE, (page + 1) * PAGE);
      body.replaceChildren.apply(body, some.map(rowOf));
      some.forEach(function (one) { one.row.hidden = false; });
      told.textContent = some.length ? (page * PAGE + 1) + " to " + (page * PAGE + some.length) + " of " + shown.length : "none";
      back.disabled = page === 0;
      on.disabled = page === last;
    };
    var back = button("\u2039", "Earlier rows: " + name, function () { page -= 1; draw(); });
    var on = button("\u203a", "Further rows: " + name, function () { page += 1; draw(); });
    var pager = {
      table: body,
      count: function () { return [shown.length, all.length]; },
      filter: function (fits) { shown = all.filter(fits); page = 0; draw(); },
      reveal: function (id) {
        var place = all.findIndex(function (one) { return one.id === id; });
        if (place < 0) { return false; }
        if (shown.indexOf(all[place]) < 0) { shown = all; }
        page = Math.floor(shown.indexOf(all[place]) / PAGE);
        draw();
        return true;
      }
    };
    bar.className = "pages";
    if (!body.closest("section").querySelector(".filter")) {
      var label = document.createElement("label");
      var search = document.createElement("input");
      search.type = "search";
      search.addEventListener("input", function () {
        var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        pager.filter(function (one) { return words.every(function (word) { return one.find.includes(word); }); });
      });
      label.append("Find ", search);
      bar.append(label);
    }
    bar.append(back, on, told);
    script.nextElementSibling.replaceWith(bar);
    pagers.push(pager);
    draw();
  });
  document.querySelectorAll(".filter").forEach(function (filter) {
    var scope = document.getElementById(filter.dataset.scope);
    var paged = pagers.filter(function (one) { return scope.contains(one.table); });
    var items = Array.from(scope.querySelectorAll("[data-find], .file")).filter(function (item) {
      return !paged.some(function (one) { return one.table.contains(item); });
    });
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
      var fit = function (find, standing) {
        return (!boxes.length || shown.has(standing)) && words.every(function (word) { return find.includes(word); });
      };
      items.forEach(function (item) {
        var fits = fit(found(item), item.dataset.standing);
        item.hidden = !fits && item.tagName !== "LI";
        item.classList.toggle("dim", !fits);
      });
      paged.forEach(function (one) { one.filter(function (row) { return fit(row.find, row.group); }); });
      if (words.length) { scope.querySelectorAll("details.rest").forEach(function (fold) { fold.open = true; }); }
      var left = rows.filter(function (row) { return !row.hidden; }).length;
      var every = rows.length;
      paged.forEach(function (one) { left += one.count()[0]; every += one.count()[1]; });
      told.textContent = left === every ? "" : left + " of " + every + " shown";
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
    var id = location.hash.length > 1 && decodeURIComponent(location.hash.slice(1));
    if (id && !document.getElementById(id)) { pagers.some(function (one) { return one.reveal(id); }); }
    var row = id && document.getElementById(id);
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
