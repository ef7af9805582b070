variable "environment" {
  description = "staging or production: each has a project and a state of its own"
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "staging or production."
  }
}

variable "project_id" {
  description = "The project"
  type        = string
}

variable "location" {
  description = "Where the bucket is"
  type        = string
  default     = "EU"
}
