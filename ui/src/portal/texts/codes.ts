// Codes that reach the window as plain text, because more than one crate makes them.

/** Why sending failed: portal-sync's own codes and the backend's (`ErrorCode` of portal-protocol). */
export type SendCode =
  | "network"
  | "timeout"
  | "tls"
  | "captive_portal"
  | "bad_answer"
  | "bad_receipt"
  | "budget_spent"
  | "sign_in_needed"
  | "device_key"
  | "token_store"
  | "blob_missing"
  | "blob_damaged"
  | "disk_full"
  | "store"
  | "backend_address"
  | "receipt_key"
  | "operation_damaged"
  | "setup"
  | "task"
  | "malformed_request"
  | "bad_parameter"
  | "digest_mismatch"
  | "unauthorized"
  | "bad_signature"
  | "forbidden"
  | "disabled"
  | "wrong_code"
  | "not_found"
  | "method_not_allowed"
  | "operation_mismatch"
  | "missing_blobs"
  | "offset_mismatch"
  | "illegal_move"
  | "approval_needed"
  | "approval_refused"
  | "gone"
  | "conflict"
  | "tus_version"
  | "too_large"
  | "unsupported_type"
  | "invalid"
  | "locked"
  | "too_many_requests"
  | "checksum_mismatch"
  | "internal"
  | "unavailable";

/** What is wrong with a new PIN (portal-vault's `check_pin`). */
export type PinProblem = "pin_length" | "pin_not_digits" | "pin_repeated" | "pin_sequence";

/** What is wrong with a typed recovery code. */
export type RecoveryCodeProblem =
  | "recovery_code_length"
  | "recovery_code_symbol"
  | "recovery_code_typo"
  | "recovery_code_wrong";

/** Kinds of operations. */
export type OperationKind =
  | "application.submit"
  | "application.amend"
  | "application.withdraw"
  | "contract.sign"
  | "contract.sign_on_paper"
  | "contract.refuse";
