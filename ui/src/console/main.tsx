import "../shared/base.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { startLanguage } from "../shared/i18n";
import { Console } from "./Console";
import { readLook } from "./frame/look";

const look = readLook();
startLanguage(look.language);

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <BrowserRouter basename="/console">
        <Console look={look} />
      </BrowserRouter>
    </StrictMode>,
  );
}
