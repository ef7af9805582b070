resource "google_artifact_registry_repository" "this" {
  repository_id = var.name
  location      = var.region
  format        = "DOCKER"

  docker_config {
    # A version is one image for ever.
    immutable_tags = true
  }
}

resource "google_artifact_registry_repository_iam_member" "pushers" {
  for_each = toset(var.pushers)

  repository = google_artifact_registry_repository.this.name
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = each.value
}
