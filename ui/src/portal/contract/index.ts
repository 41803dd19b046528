export { ContractPage as default } from "./ContractPage";
