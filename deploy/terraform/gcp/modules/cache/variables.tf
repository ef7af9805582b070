variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "Where it is"
  type        = string
}

variable "network_id" {
  description = "The network, which has a private connection to Google's services"
  type        = string
}

variable "memory_gb" {
  description = "Memory: about 2 KB an order, and as much again for what waits"
  type        = number

  validation {
    condition     = var.memory_gb >= 1 && var.memory_gb <= 300
    error_message = "From 1 to 300 GB."
  }
}

variable "deletion_protection" {
  description = "Whether it has to be turned off before it can be deleted"
  type        = bool
}
