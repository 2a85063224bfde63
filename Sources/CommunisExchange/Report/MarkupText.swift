import Mustache

/// Text in HTML that is well-formed XML too: the content type of this program's templates.
///
/// The library's own escapes character by character, and a `<` or `"` with a combining mark behind
/// it is one character to Swift but not to a browser: it would pass. This one goes by scalars.
struct MarkupText: MustacheContentType {
    /// The name in a template's pragma, `{{% CONTENT_TYPE:MARKUP}}`.
    static let name = "MARKUP"

    /// A template of this content type.
    static func template(_ bytes: [UInt8]) throws -> MustacheTemplate {
        MustacheContentTypes.register(MarkupText(), named: name)
        return try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
    }

    func escapeText(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            default: if Self.isAllowed(scalar) { result.append(scalar) }
            }
        }
        return String(result)
    }

    /// What XML admits (https://www.w3.org/TR/xml/#charsets).
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...: true
        default: false
        }
    }
}
