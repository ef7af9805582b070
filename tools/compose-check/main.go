// Command compose-check loads compose files as `docker compose` does, without an engine: syntax, schema, anchors,
// variables, references between services, networks and volumes.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: compose-check <environment file> <compose file>")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[2], err)
		os.Exit(1)
	}
}

func check(environment, file string) error {
	options, err := cli.NewProjectOptions(
		[]string{file},
		cli.WithName("tidegate"),
		cli.WithProfiles([]string{"*"}),
		cli.WithEnvFiles(environment),
		cli.WithDotEnv,
	)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	return mountedFilesExist(project)
}

// An engine would make a directory of a file that is not there, and start.
func mountedFilesExist(project *types.Project) error {
	for _, service := range project.Services {
		for _, volume := range service.Volumes {
			if volume.Type != types.VolumeTypeBind {
				continue
			}
			if _, err := os.Stat(volume.Source); err != nil {
				return fmt.Errorf("service %s mounts what is not there: %w", service.Name, err)
			}
		}
	}
	return nil
}
