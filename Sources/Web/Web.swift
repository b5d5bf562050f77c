import Hummingbird
import Mustache
import Logging
/// Stub.
func stub() -> String { "\(Router<BasicRequestContext>.self) \(MustacheTemplate.self) \(Logger.self)" }
