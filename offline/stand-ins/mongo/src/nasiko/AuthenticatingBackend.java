package nasiko;

import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.h2.mvstore.MVStore;

/** The server's commands, for those only who proved that they know the password; what is acknowledged is written. */
final class AuthenticatingBackend extends H2Backend {
    /** What MongoDB answers to anybody. */
    private static final Set<String> OPEN = Set.of("ismaster", "ping", "buildinfo", "whatsmyuri", "connectionstatus");
    private static final Set<String> WRITING = Set.of(
        "insert", "update", "delete", "findandmodify", "create", "createindexes", "drop", "dropindexes",
        "dropdatabase", "renamecollection", "aggregate");

    private static final AttributeKey<ScramConversation> CONVERSATION = AttributeKey.valueOf("scram");
    private static final AttributeKey<Boolean> TRUSTED = AttributeKey.valueOf("trusted");

    private final Credentials credentials;

    /** @param credentials null: nobody is asked */
    AuthenticatingBackend(MVStore store, Credentials credentials) {
        super(store);
        this.credentials = credentials;
    }

    boolean asksForPassword() {
        return credentials != null;
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        String name = command.toLowerCase(Locale.ROOT);
        switch (name) {
            case "hello", "ismaster":
                return greet(channel, database, name.equals("hello"), query);
            case "saslstart":
                return startConversation(channel, database, query);
            case "saslcontinue":
                return continueConversation(channel, query);
            case "logout":
                channel.attr(TRUSTED).set(null);
                return new Document("ok", 1.0);
            case "connectionstatus":
                return connectionStatus(channel);
            default:
                if (!OPEN.contains(name)) demandTrust(channel, command);
                Document reply = super.handleCommand(channel, database, command, query);
                // Acknowledged is written: what a client was told survives the end of this process.
                if (WRITING.contains(name)) commit();
                return reply;
        }
    }

    @Override
    public QueryResult handleQuery(MongoQuery query) {
        demandTrust(query.getChannel(), "find");
        return super.handleQuery(query);
    }

    private Document greet(Channel channel, String database, boolean modern, Document query) {
        Document reply = super.handleCommand(channel, database, "ismaster", query);
        if (modern) reply.put("isWritablePrimary", true);
        if (credentials != null && ("admin." + credentials.user()).equals(query.get("saslSupportedMechs"))) {
            reply.put("saslSupportedMechs", List.of("SCRAM-SHA-256"));
        }
        return reply;
    }

    private Document startConversation(Channel channel, String database, Document query) {
        if (credentials == null || !"admin".equals(database) || !"SCRAM-SHA-256".equals(query.get("mechanism"))) {
            throw failed();
        }
        channel.attr(TRUSTED).set(null);
        ScramConversation conversation = new ScramConversation(credentials);
        channel.attr(CONVERSATION).set(conversation);
        try {
            return said(conversation.challenge(payload(query)), false);
        } catch (IllegalArgumentException e) {
            throw failed();
        }
    }

    private Document continueConversation(Channel channel, Document query) {
        // Clients that do not skip it end the conversation with an empty message.
        if (isTrusted(channel) && payload(query).isEmpty()) return said("", true);
        ScramConversation conversation = channel.attr(CONVERSATION).getAndSet(null);
        String proof = conversation == null ? null : conversation.prove(payload(query));
        if (proof == null) throw failed();
        channel.attr(TRUSTED).set(true);
        return said(proof, false);
    }

    private Document connectionStatus(Channel channel) {
        List<Document> users = credentials != null && isTrusted(channel)
            ? List.of(new Document("user", credentials.user()).append("db", "admin"))
            : List.of();
        return new Document("authInfo", new Document("authenticatedUsers", users)).append("ok", 1.0);
    }

    private boolean isTrusted(Channel channel) {
        return credentials == null || Boolean.TRUE.equals(channel.attr(TRUSTED).get());
    }

    private void demandTrust(Channel channel, String command) {
        if (!isTrusted(channel)) {
            throw new MongoServerError(13, "Unauthorized", "Command " + command + " requires authentication");
        }
    }

    private static MongoServerError failed() {
        return new MongoServerError(18, "AuthenticationFailed", "Authentication failed.");
    }

    private static String payload(Document query) {
        Object payload = query.get("payload");
        if (payload instanceof byte[] bytes) return ScramConversation.text(bytes);
        if (payload instanceof BinData binary) return ScramConversation.text(binary.getData());
        throw failed();
    }

    private static Document said(String message, boolean done) {
        return new Document("conversationId", 1)
            .append("done", done)
            .append("payload", new BinData(message.getBytes(StandardCharsets.UTF_8)))
            .append("ok", 1.0);
    }
}
