import CommunisCore
import CommunisLog
import CommunisStore
import Foundation
import SwiftProtobuf

extension SyncWire {
    package static func encode(_ request: SyncRequest) -> [UInt8] {
        serialized(
            Communis_V1_SyncRequest.with { message in
                message.version = version
                if request.board != .zero { message.board = Data(request.board.bytes) }
                message.node = Data(request.node.bytes)
                switch request.body {
                case .hello: message.hello = Communis_V1_SyncHello()
                case .exchange(let exchange):
                    message.exchange = .with {
                        $0.changesets = exchange.changesets.map(\.message)
                        $0.store = Data(exchange.store ?? [])
                        $0.cursor = UInt64(exchange.cursor)
                    }
                case .reconcile(let bytes): message.reconcile = Data(bytes)
                case .move(let move):
                    message.move = .with {
                        $0.changesets = move.changesets.map(\.message)
                        $0.wanted = move.wanted.map(\.message)
                    }
                case .join(let join):
                    message.join = .with {
                        $0.name = join.name
                        $0.invitation = Data(join.invitation)
                        $0.encryptionKey = Data(join.encryptionKey)
                    }
                }
            })
    }

    package static func encode(_ answer: SyncAnswer) -> [UInt8] {
        serialized(
            Communis_V1_SyncAnswer.with { message in
                message.version = version
                message.board = Data(answer.board.bytes)
                message.founder = Data(answer.founder.bytes)
                message.node = Data(answer.node.bytes)
                message.time = answer.time?.sinceEpoch ?? 0
                message.snapshot = .with {
                    $0.store = Data(answer.snapshot.store)
                    $0.count = answer.snapshot.count
                    $0.digest = Data(answer.snapshot.digest)
                    $0.lastArrival = UInt64(answer.snapshot.lastArrival)
                }
                message.body = body(of: answer)
            })
    }

    /// A changeset by itself, as a bundle holds it.
    static func encode(_ changeset: SealedChangeset) -> [UInt8] { serialized(changeset.message) }

    /// - Returns: `nil` for what is none.
    static func changeset(_ bytes: [UInt8]) -> SealedChangeset? {
        (try? Communis_V1_SyncChangeset(serializedBytes: bytes)).map(SealedChangeset.init)
    }

    private static func body(of answer: SyncAnswer) -> Communis_V1_SyncAnswer.OneOf_Body {
        switch answer.body {
        case .hello(let last):
            .greeting(.with { if let last { $0.last = last.message } })
        case .exchanged(let exchanged):
            .exchanged(
                .with {
                    $0.changesets = exchanged.changesets.map(\.message)
                    $0.cursor = UInt64(exchanged.cursor)
                    $0.complete = exchanged.isComplete
                    $0.merged = exchanged.merged.message
                })
        case .unknownCursor: .unknownCursor(Communis_V1_SyncUnknownCursor())
        case .reconciled(let bytes): .reconciled(Data(bytes))
        case .moved(let moved):
            .moved(
                .with {
                    $0.changesets = moved.changesets.map(\.message)
                    $0.taken = UInt32(clamping: moved.taken)
                    $0.merged = moved.merged.message
                })
        case .joined(let joined):
            .joined(
                .with {
                    $0.role = UInt32(joined.role.rawValue)
                    $0.encapsulatedKey = Data(joined.secret?.encapsulatedKey ?? [])
                    $0.sealedSecret = Data(joined.secret?.ciphertext ?? [])
                })
        case .failed(let failed):
            .failed(
                .with {
                    $0.code = UInt32(clamping: failed.code)
                    $0.problem = words(failed.problem)
                    $0.remedy = words(failed.remedy)
                })
        }
    }

    /// As much of a text as may be said.
    private static func words(_ text: String) -> String {
        guard text.utf8.count > wordsBytes else { return text }
        return String(decoding: text.utf8.prefix(wordsBytes - 3), as: UTF8.self)
    }

    private static func serialized(_ message: some Message) -> [UInt8] {
        do {
            return try message.serializedBytes()
        } catch {
            preconditionFailure("a proto3 message did not encode: \(error)")
        }
    }
}

extension SealedChangeset {
    fileprivate var message: Communis_V1_SyncChangeset {
        .with {
            $0.header = Data(header)
            $0.payload = Data(payload)
            $0.signature = Data(signature)
        }
    }
}

extension LogPosition {
    fileprivate var message: Communis_V1_SyncPosition {
        .with {
            $0.timestamp = timestamp.rawValue
            $0.id = Data(id.bytes)
        }
    }
}

extension WantedChangesets {
    fileprivate var message: Communis_V1_SyncWanted {
        .with {
            $0.start = start.message
            if let end { $0.end = end.message }
            $0.ids = Data(ids.flatMap(\.bytes))
        }
    }
}

extension MergedThere {
    fileprivate var message: Communis_V1_SyncMerged {
        .with {
            for (reason, count) in refused { $0.refused[reason.rawValue] = UInt32(clamping: count) }
            $0.held = UInt32(clamping: held)
        }
    }
}
