// Runs in the page: shows the checks that fit the words and the verdicts asked for.
/* global document */
"use strict";
{
    const form = document.querySelector(".filter");
    const search = document.querySelector("#search");
    const shown = document.querySelector("#shown");
    const checks = [...document.querySelectorAll(".check")].map((element) => ({
        element,
        text: element.textContent.toLowerCase(),
    }));

    const apply = () => {
        const words = search.value.toLowerCase().split(/\s+/);
        const wanted = new Set([...form.querySelectorAll("[name=result]:checked")].map(({ value }) => value));
        let number = 0;
        for (const { element, text } of checks) {
            const fits = wanted.has(element.dataset.result) && words.every((word) => text.includes(word));
            element.hidden = !fits;
            if (fits) number += 1;
        }
        for (const section of document.querySelectorAll(".section"))
            section.hidden = section.querySelector(".check:not([hidden])") === null;
        shown.textContent = `${number} of ${checks.length} checks`;
    };

    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    apply();
}
