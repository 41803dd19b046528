import { Suspense, useState } from "react";
import { Outlet, useLocation } from "react-router";

import { CrashBoundary } from "../../shared/components/CrashBoundary";
import { DelayedSkeleton } from "../../shared/components/Delayed";
import { usePortalTexts } from "../texts";
import { Banners } from "./Banners";
import styles from "./frame.module.css";
import { Navigation } from "./Navigation";
import { Palette } from "./Palette";
import { TitleBar } from "./TitleBar";
import { useOneClickOnePage } from "./useOneClickOnePage";

/** What surrounds every screen. */
export function Frame() {
  const texts = usePortalTexts();
  const { pathname } = useLocation();
  const [searching, setSearching] = useState(false);
  useOneClickOnePage();
  return (
    <div className={styles.frame}>
      <a
        className={styles.skip}
        href="#content"
        onClick={(event) => {
          // The address belongs to the router.
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        {texts.nav.skip}
      </a>
      <Navigation />
      <TitleBar onSearch={() => setSearching(true)} />
      <div className={styles.banner}>
        <Banners />
      </div>
      <div className={styles.content}>
        <CrashBoundary place={pathname}>
          <Suspense
            fallback={
              <div className={styles.page}>
                <DelayedSkeleton />
              </div>
            }
          >
            <Outlet />
          </Suspense>
        </CrashBoundary>
      </div>
      <Palette open={searching} onOpen={setSearching} />
    </div>
  );
}
