variable "environment" {
  description = "staging or production: the overlay in deploy/kustomize that reads them"
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "staging or production."
  }
}
