// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Every room is compiled with the same strictness: Swift 6 concurrency, imports that do not leak, warnings as errors.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Whether this machine has x86-64-v3, the wide vectors that processors have had since about 2013 (AVX2). RIPARIAN_BASELINE=1 builds
/// for any processor instead; results are the same to the last bit.
let isWide: Bool = {
    guard Context.environment["RIPARIAN_BASELINE"] == nil,
        let processors = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
        let flags = processors.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
    else { return false }
    let has = Set(flags.split(whereSeparator: { " \t:".contains($0) }).map(String.init))
    return has.isSuperset(of: ["avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"])
}()

/// What the rooms that compute are compiled for. No vector goes through the door of one of them but to the other.
let vectors: [SwiftSetting] =
    isWide ? [.unsafeFlags(["-Xcc", "-march=x86-64-v3"], .when(configuration: .release))] : []

/// One room of the house: a target whose dependencies are the only rooms it may see.
func room(
    _ name: String, sees dependencies: [Target.Dependency], resources: [Resource]? = nil, settings: [SwiftSetting] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict + settings)
}

/// The tests of one room, mirroring its folder.
func tests(_ name: String, sees dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "riparian",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "riparian", targets: ["riparian"])],
    traits: [.trait(name: "GDAL", description: "Read river networks from GeoTIFF through GDAL (Debian: libgdal-dev).")],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CExchange"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CQRencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CNetCDF", pkgConfig: "netcdf", providers: [.apt(["libnetcdf-dev"])]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        // Without pkgConfig: its file asks the linker for what the package manager does not pass on, and nothing that is needed.
        .systemLibrary(name: "CEcCodes", providers: [.apt(["libeccodes-dev"])]),
        .systemLibrary(name: "CGDAL", pkgConfig: "gdal", providers: [.apt(["libgdal-dev"])]),
        room("Series", sees: []),
        room("River", sees: ["Series"], settings: vectors),
        room("Forecasting", sees: ["Series", "River"], settings: vectors),
        room("Accord", sees: ["Series", .product(name: "Crypto", package: "swift-crypto")]),
        room(
            "Formats",
            sees: [
                "Series", "River", "Forecasting", "Accord", "CEcCodes", "CExchange", "CHDF5", "CLibXML", "CNetCDF",
                "CQRencode",
                "CZlib",
                .target(name: "CGDAL", condition: .when(traits: ["GDAL"])),
                .product(name: "Yams", package: "Yams"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            resources: [.copy("CAP/Profiles"), .copy("Catalogues/po")]),
        room(
            "Storage",
            sees: [
                "Series", "River", "Forecasting", "Accord", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        room(
            "NodeCore",
            sees: [
                "Series", "River", "Forecasting", "Accord", "Formats", "Storage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        room(
            "Web",
            sees: [
                "Series", "River", "Forecasting", "Accord", "Formats", "NodeCore",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.copy("Assets"), .copy("Interface"), .copy("Templates")]),
        .executableTarget(
            name: "riparian",
            dependencies: [
                "Series", "River", "Forecasting", "Accord", "Formats", "Storage", "NodeCore", "Web", "CMosquitto",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict + (isWide ? [.define("WIDE", .when(configuration: .release))] : [])),
        room(
            "TestKit",
            sees: [
                "Series", "River", "Forecasting", "Accord", "Formats", "NodeCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        tests("Series", sees: ["Series", "TestKit"]),
        tests("River", sees: ["Series", "River", "TestKit"]),
        tests("Forecasting", sees: ["Series", "River", "Forecasting", "TestKit"]),
        tests(
            "Accord", sees: ["Series", "Accord", "TestKit", .product(name: "Crypto", package: "swift-crypto")]),
        tests(
            "Formats",
            sees: [
                "Series", "River", "Forecasting", "Accord", "Formats", "TestKit",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        tests(
            "Storage",
            sees: [
                "Series", "River", "Forecasting", "Accord", "Storage", "TestKit",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests(
            "NodeCore",
            sees: [
                "Series", "River", "Forecasting", "Accord", "Formats", "Storage", "NodeCore", "TestKit",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        tests(
            "Web",
            sees: [
                "Series", "River", "Forecasting", "Accord", "Formats", "Storage", "NodeCore", "Web", "TestKit",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        tests(
            "Federation",
            sees: [
                "Series", "River", "Forecasting", "Accord", "Formats", "Storage", "NodeCore", "TestKit",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        tests("Command", sees: ["Series", "Accord", "Forecasting", "Formats", "Storage", "TestKit"]),
        tests("Architecture", sees: ["TestKit"]),
    ],
    swiftLanguageModes: [.v6]
)
