variable "environment" {
  description = "staging or production: each has an account and a state of its own"
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "staging or production."
  }
}
