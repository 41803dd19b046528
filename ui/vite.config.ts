import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Two programs from one package: `--mode portal` for the window, `--mode console` for the reviewer's browser,
// which the backend serves under /console/.
export default defineConfig(({ mode }) => {
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
