import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Three programs from one package: `--mode portal` for the window, `--mode console` for the reviewer's browser,
// which the backend serves under /console/, `--mode phone` for the page with which a phone is the window's camera.
export default defineConfig(({ mode }) => {
  if (mode === "phone") return phone;
  const app = mode === "console" ? "console" : "portal";
  return {
    root: folder(`./src/${app}`),
    base: app === "console" ? "/console/" : "/",
    mode: "production",
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: folder(`./dist/${app}`),
      emptyOutDir: true,
      // WebKitGTK 2.40 and Safari 16 are the oldest engines that show the window.
      target: "safari16",
      // Inline data: URLs would need a wider content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1500,
      rolldownOptions: {
        output: {
          // Chunks that import each other would otherwise run before what they need is there.
          strictExecutionOrder: true,
          // What the first screen needs comes in one file: each further one costs the window a request.
          codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] },
        },
      },
    },
  };
});

/** Three files with fixed names, beside each other under an address that nobody knows before: portal-phone serves them. */
const phone: UserConfig = {
  root: folder("./src/phone"),
  base: "./",
  mode: "production",
  publicDir: false,
  build: {
    outDir: folder("./dist/phone"),
    emptyOutDir: true,
    // Phones get old, and some are scanned with a browser inside another app.
    target: ["chrome80", "safari14"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { entryFileNames: "page.js", assetFileNames: "page[extname]" } },
  },
};
