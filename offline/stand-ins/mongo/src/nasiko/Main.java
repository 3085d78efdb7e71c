package nasiko;

import de.bwaldvogel.mongo.MongoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.MVStore;

/** Serves a directory's data on MongoDB's port. Understands of mongod's options what the platform uses. */
public final class Main {
    private static final String FILE = "data.mv";

    public static void main(String[] args) throws IOException {
        try {
            serve(args);
        } catch (IllegalArgumentException e) {
            System.err.println("mongo stand-in: " + e.getMessage());
            System.exit(2);
        }
    }

    private static void serve(String[] args) throws IOException {
        String address = "0.0.0.0";
        int port = 27017;
        Path data = Path.of("/data/db");
        for (int next = 0; next < args.length; next++) {
            String[] option = args[next].split("=", 2);
            switch (option[0]) {
                case "--bind_ip_all", "--auth" -> {}
                case "--bind_ip" -> address = option.length == 2 ? option[1] : args[++next];
                case "--port" -> port = Integer.parseInt(option.length == 2 ? option[1] : args[++next]);
                case "--dbpath" -> data = Path.of(option.length == 2 ? option[1] : args[++next]);
                default -> throw new IllegalArgumentException("unknown option " + args[next]);
            }
        }
        Credentials credentials = Credentials.fromEnvironment(System.getenv());
        Files.createDirectories(data);
        MVStore store = new MVStore.Builder().fileName(data.resolve(FILE).toString()).cacheSize(8).open();
        AuthenticatingBackend backend = new AuthenticatingBackend(store, credentials);
        MongoServer server = new MongoServer(backend);
        // SIGTERM and SIGINT: answers go out, then the store is closed in order.
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        server.bind(address, port);
        System.out.println("mongo stand-in: waiting for connections on " + address + ":" + port
            + (backend.asksForPassword() ? "" : ", without authentication"));
    }

    private Main() {}
}
