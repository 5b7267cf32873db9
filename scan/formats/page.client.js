// Runs in the page: shows the findings that fit the words and the standings asked for.
/* global document */
"use strict";
{
    const form = document.querySelector(".filter");
    const search = document.querySelector("#search");
    const shown = document.querySelector("#shown");
    const findings = [...document.querySelectorAll(".finding")].map((element) => ({
        element,
        text: element.textContent.toLowerCase(),
    }));

    const apply = () => {
        const words = search.value.toLowerCase().split(/\s+/);
        const wanted = new Set(
            [...form.querySelectorAll("[name=standing]:checked")].map(({ value }) => value),
        );
        let number = 0;
        for (const { element, text } of findings) {
            const fits = wanted.has(element.dataset.standing) && words.every((word) => text.includes(word));
            element.hidden = !fits;
            if (fits) number += 1;
        }
        for (const layer of document.querySelectorAll(".layer"))
            layer.hidden = layer.querySelector(".finding:not([hidden])") === null;
        shown.textContent = `${number} of ${findings.length} findings`;
    };

    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = findings.length === 0;
    apply();
}
