variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "cidr" {
  description = "Addresses of the network, /16: a pod has one of its own"
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "The network is a /16, such as 10.20.0.0/16."
  }
}

variable "zones" {
  description = "Availability zones, three: brokers and pods are spread over them"
  type        = list(string)

  validation {
    condition     = length(distinct(var.zones)) == 3
    error_message = "Three different zones: one may be lost in the middle of a sale."
  }
}
