import { lazy } from "react";
import { createHashRouter } from "react-router";

import { Frame } from "./frame/Frame";
import { NotFound } from "./frame/NotFound";
import { Workbench } from "./workbench/Workbench";

const CaseList = lazy(() => import("./cases/CaseList"));
const CasePage = lazy(() => import("./case"));
const ContractPage = lazy(() => import("./contract"));
const CheckPage = lazy(() => import("./contract/CheckPage"));
const Wizard = lazy(() => import("./wizard"));
const Sync = lazy(() => import("./sync/Sync"));
const SettingsPage = lazy(() => import("./settings/SettingsPage"));
const SignInPage = lazy(() => import("./session/SignInPage"));

export type Router = ReturnType<typeof newRouter>;

/** Hash addresses: the shell serves files, and a reload of any screen finds the same one. */
export function newRouter() {
  return createHashRouter([
    {
      element: <Frame />,
      children: [
        { path: "/", element: <Workbench /> },
        { path: "/cases", element: <CaseList /> },
        { path: "/cases/:caseId", element: <CasePage /> },
        { path: "/cases/:caseId/edit", element: <Wizard /> },
        { path: "/cases/:caseId/contract", element: <ContractPage /> },
        { path: "/contract-check", element: <CheckPage /> },
        { path: "/sync", element: <Sync /> },
        { path: "/settings", element: <SettingsPage /> },
        { path: "/sign-in", element: <SignInPage /> },
        { path: "*", element: <NotFound /> },
      ],
    },
  ]);
}
