import ArgumentParser

/// `riparian key`: the keys of a party, from its offline root key down.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make a party's keys, list them in a signed manifest, change and revoke them.",
        discussion: """
            The way of a party:
              riparian key root --party cn-yunnan --output /media/safe/root.key       once, on a machine without a line
              riparian key make --party cn-yunnan --dir nodes --id node-2026          on the node
              riparian key manifest --party cn-yunnan --root /media/safe/root.key --keys node-2026.request.json \\
                  --output cn-yunnan.manifest
              riparian key trust cn-yunnan.manifest --root root.key.vkey --dir nodes --party vn-lao-cai
            See Documentation/Keys.md.
            """,
        subcommands: [
            Root.self, Make.self, Line.self, Alert.self, Manifest.self, Rotate.self, Revoke.self, Show.self, Trust.self,
        ])
}
