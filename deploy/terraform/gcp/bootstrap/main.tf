# Once for each project, by hand: the bucket of the states.
resource "google_storage_bucket" "state" {
  name                        = "tidegate-${var.environment}-terraform-state"
  project                     = var.project_id
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}
