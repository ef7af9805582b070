variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "pusher_arns" {
  description = "Roles of the pipelines, which may push versions"
  type        = list(string)

  validation {
    condition     = alltrue([for arn in var.pusher_arns : can(regex("^arn:aws:iam::[0-9]{12}:role/", arn))])
    error_message = "ARNs of roles: users have keys that can be lost."
  }
}
