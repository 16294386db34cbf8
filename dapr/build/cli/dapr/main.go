// The dapr command line, as it is released.
package main

import "github.com/dapr/cli/cmd"

func main() {
	cmd.Execute("1.16.5", "1.0")
}
