package main

import (
	"github.com/dapr/components-contrib/bindings/cron"
	"github.com/dapr/components-contrib/bindings/localstorage"
	redislock "github.com/dapr/components-contrib/lock/redis"
	"github.com/dapr/components-contrib/nameresolution/mdns"
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/components-contrib/pubsub/kafka"
	redispubsub "github.com/dapr/components-contrib/pubsub/redis"
	"github.com/dapr/components-contrib/secretstores/local/env"
	"github.com/dapr/components-contrib/secretstores/local/file"
	postgresv1 "github.com/dapr/components-contrib/state/postgresql/v1"
	postgresv2 "github.com/dapr/components-contrib/state/postgresql/v2"
	redisstate "github.com/dapr/components-contrib/state/redis"

	bindingsLoader "github.com/dapr/dapr/pkg/components/bindings"
	configurationLoader "github.com/dapr/dapr/pkg/components/configuration"
	conversationLoader "github.com/dapr/dapr/pkg/components/conversation"
	cryptoLoader "github.com/dapr/dapr/pkg/components/crypto"
	lockLoader "github.com/dapr/dapr/pkg/components/lock"
	middlewareLoader "github.com/dapr/dapr/pkg/components/middleware/http"
	resolutionLoader "github.com/dapr/dapr/pkg/components/nameresolution"
	pubsubLoader "github.com/dapr/dapr/pkg/components/pubsub"
	secretsLoader "github.com/dapr/dapr/pkg/components/secretstores"
	stateLoader "github.com/dapr/dapr/pkg/components/state"

	versions "github.com/dapr/dapr/pkg/components"
	"github.com/dapr/dapr/pkg/runtime/registry"
	"github.com/dapr/kit/logger"
)

// components registers what the files of components/ may name; anything else is refused when the sidecar starts.
func components() *registry.Options {
	contrib := logger.NewLogger("dapr.contrib")

	bindings := bindingsLoader.NewRegistry()
	bindings.Logger = contrib
	bindings.RegisterInputBinding(cron.NewCron, "cron")
	bindings.RegisterOutputBinding(localstorage.NewLocalStorage, "localstorage")

	locks := lockLoader.NewRegistry()
	locks.Logger = contrib
	locks.RegisterComponent(redislock.NewStandaloneRedisLock, "redis")

	resolution := resolutionLoader.NewRegistry()
	resolution.Logger = contrib
	resolution.RegisterComponent(mdns.NewResolver, "mdns")
	resolution.RegisterComponent(sqlite.NewResolver, "sqlite")

	pubsub := pubsubLoader.NewRegistry()
	pubsub.Logger = contrib
	pubsub.RegisterComponent(kafka.NewKafka, "kafka")
	pubsub.RegisterComponent(redispubsub.NewRedisStreams, "redis")

	secrets := secretsLoader.NewRegistry()
	secrets.Logger = contrib
	secrets.RegisterComponent(env.NewEnvSecretStore, "local.env")
	secrets.RegisterComponent(file.NewLocalSecretStore, "local.file")

	state := stateLoader.NewRegistry()
	state.Logger = contrib
	state.RegisterComponent(redisstate.NewRedisStateStore, "redis")
	state.RegisterComponentWithVersions("postgresql", versions.Versioning{
		Preferred: versions.VersionConstructor{Version: "v2", Constructor: postgresv2.NewPostgreSQLStateStore},
		Others:    []versions.VersionConstructor{{Version: "v1", Constructor: postgresv1.NewPostgreSQLStateStore}},
		Default:   "v1",
	})

	return registry.NewOptions().
		WithBindings(bindings).
		WithConfigurations(configurationLoader.NewRegistry()).
		WithConversations(conversationLoader.NewRegistry()).
		WithCryptoProviders(cryptoLoader.NewRegistry()).
		WithHTTPMiddlewares(middlewareLoader.NewRegistry()).
		WithLocks(locks).
		WithNameResolutions(resolution).
		WithPubSubs(pubsub).
		WithSecretStores(secrets).
		WithStateStores(state)
}
