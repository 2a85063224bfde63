import Foundation

/// The decoder under test, named by the environment: libFuzzer takes no arguments of ours.
private let decoder: Decoder = {
    let name = ProcessInfo.processInfo.environment["COMMUNIS_FUZZ"] ?? ""
    guard let decoder = Decoder(rawValue: name) else { fatalError("no decoder \(name)") }
    return decoder
}()

/// What libFuzzer calls with each input
/// (https://llvm.org/docs/LibFuzzer.html#fuzz-target).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    decoder.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
