variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "project_id" {
  description = "The project"
  type        = string
}

variable "domain" {
  description = "Where buyers come to"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9.-]+\\.[a-z]{2,}$", var.domain))
    error_message = "A name such as shop.example."
  }
}

variable "mail_addresses" {
  description = "Whom alerts reach"
  type        = list(string)

  validation {
    condition     = length(var.mail_addresses) > 0 && alltrue([for address in var.mail_addresses : strcontains(address, "@")])
    error_message = "One address at least: an alert that reaches nobody is none."
  }
}
