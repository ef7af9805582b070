variable "project_id" {
  description = "The project of this environment"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "The id of a project, not its name or number."
  }
}

variable "administrator_cidrs" {
  description = "From where the API of the cluster can be reached over the internet; none: only from inside"
  type        = list(string)
  default     = []
}

variable "pushers" {
  description = "Service accounts of the pipelines, which may push images"
  type        = list(string)
}

variable "domain" {
  description = "Where buyers come to"
  type        = string
}

variable "mail_addresses" {
  description = "Whom alerts reach"
  type        = list(string)
}
