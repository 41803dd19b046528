"use strict";
document.querySelector("button").addEventListener("click", (event) => {
  event.target.textContent = "已按下";
});
void window.__TAURI_INTERNALS__.invoke("ready");
