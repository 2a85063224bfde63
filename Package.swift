// swift-tools-version:6.2
import PackageDescription

// Every target is compiled in Swift 6 language mode and no warning passes.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "communis",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "communis", targets: ["communis"]),
        .executable(name: "negentropy-harness", targets: ["negentropy-harness"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The rooms, in the order in which data rises through them.
        .target(name: "CommunisCore", dependencies: [crypto], swiftSettings: strict),
        .target(
            name: "CommunisLog", dependencies: ["CommunisCore", crypto, protobuf],
            swiftSettings: strict),
        .target(
            name: "CommunisSchema", path: "schema", exclude: ["proto"],
            resources: [.embedInCode("sqlite")], swiftSettings: strict),
        .target(name: "CommunisSQLite", dependencies: [sqlite]),
        .target(name: "CommunisSystem"),
        .target(
            name: "CommunisStore",
            dependencies: [
                "CommunisCore", "CommunisLog", "CommunisSchema", "CommunisSQLite",
                "CommunisSystem", crypto, grdb,
                sqlite,
            ],
            swiftSettings: strict),
        .target(
            name: "CommunisSync",
            dependencies: ["CommunisCore", "CommunisLog", "CommunisStore", crypto, protobuf],
            swiftSettings: strict),
        .target(
            name: "CommunisTransport",
            dependencies: [
                "CommunisCore", "CommunisLog", "CommunisStore", "CommunisSync", crypto, httpClient,
                nio, nioTLS,
            ],
            swiftSettings: strict),
        .target(
            name: "CommunisHub",
            dependencies: [
                "CommunisCore", "CommunisLog", "CommunisStore", "CommunisSync",
                "CommunisTransport", hummingbird, hummingbirdCore, hummingbirdTLS, lifecycle,
                logging, nio,
                nioPosix, nioTLS,
            ],
            swiftSettings: strict),
        .target(
            name: "CommunisExchange", dependencies: ["CommunisCore", "CommunisStore", mustache],
            resources: [.embedInCode("Templates")], swiftSettings: strict),
        .executableTarget(
            name: "communis",
            dependencies: [
                "CommunisCore", "CommunisLog", "CommunisStore", "CommunisSync", "CommunisExchange",
                "CommunisTransport", "CommunisHub", arguments,
            ],
            resources: [.embedInCode("Languages/nl.json")], swiftSettings: strict),
        // For other implementations of the wire's reconciliation, to be run against ours.
        .executableTarget(
            name: "negentropy-harness",
            dependencies: ["CommunisCore", "CommunisStore", "CommunisSync"],
            swiftSettings: strict),

        // Not part of the product.
        .target(
            name: "CommunisTestSupport",
            dependencies: [
                "CommunisCore", "CommunisLog", "CommunisStore", "CommunisSync", grdb,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "CommunisBench",
            dependencies: [
                "CommunisCore", "CommunisLog", "CommunisStore", "CommunisSync",
                "CommunisTestSupport", grdb, arguments,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "CommunisSimulation", dependencies: ["CommunisTestSupport", arguments],
            swiftSettings: strict),
        // Built and run by scripts/fuzz only, with libFuzzer's main.
        .target(
            name: "CommunisFuzz",
            dependencies: [
                "CommunisCore", "CommunisExchange", "CommunisLog", "CommunisStore",
                "CommunisSync", "CommunisTestSupport", crypto,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommunisCoreTests",
            dependencies: ["CommunisCore", "CommunisTestSupport", crypto],
            swiftSettings: strict),
        .testTarget(
            name: "CommunisLogTests", dependencies: ["CommunisLog", "CommunisTestSupport", crypto],
            resources: [.copy("Vectors")], swiftSettings: strict),
        .testTarget(
            name: "CommunisStoreTests",
            dependencies: [
                "CommunisSchema", "CommunisStore", "CommunisSync", "CommunisTestSupport", grdb,
                sqlite,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommunisSyncTests",
            dependencies: ["CommunisSync", "CommunisExchange", "CommunisTestSupport", grdb],
            swiftSettings: strict),
        .testTarget(
            name: "CommunisHubTests",
            dependencies: [
                "CommunisHub", "CommunisTransport", "CommunisTestSupport", hummingbirdCore,
                logging, nioEmbedded, nioTLS,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommunisExchangeTests",
            dependencies: ["CommunisExchange", "CommunisTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CommunisCommandTests",
            dependencies: [
                "communis", "negentropy-harness", "CommunisCore", "CommunisStore",
                "CommunisSync", "CommunisTestSupport", grdb,
            ],
            swiftSettings: strict),
    ]
)

// libFuzzer brings its own main, and looks at how far inputs get in what is compiled for it.
if Context.environment["COMMUNIS_BUILD_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "communis-fuzz", dependencies: ["CommunisFuzz"], path: "fuzz/program",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
