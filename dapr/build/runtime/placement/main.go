// Dapr's placement service, as it is released.
package main

import "github.com/dapr/dapr/cmd/placement/app"

func main() {
	app.Run()
}
