variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "requests_per_address" {
  description = "Requests that one address may send in any minute, all paths together"
  type        = number

  validation {
    condition     = var.requests_per_address >= 100
    error_message = "100 at least: people behind one address are many."
  }
}

variable "blocked_ja4" {
  description = "JA4 fingerprints of programs that were seen to buy up sales"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for ja4 in var.blocked_ja4 : can(regex("^[a-z0-9]{10}_[0-9a-f]{12}_[0-9a-f]{12}$", ja4))])
    error_message = "JA4 fingerprints, such as t13d1516h2_8daaf6152771_b0da82dd2708."
  }
}
