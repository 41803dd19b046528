export { WizardPage as default } from "./WizardPage";
