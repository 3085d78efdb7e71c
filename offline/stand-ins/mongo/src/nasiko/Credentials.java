package nasiko;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The one user, as SCRAM-SHA-256 (RFC 5802, RFC 7677) keeps it: the password itself is forgotten. */
record Credentials(String user, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    /** What MongoDB takes for SCRAM-SHA-256. */
    private static final int ITERATIONS = 15_000;

    /** @return null when neither name nor password is set: then nobody is asked, as in the official image */
    static Credentials fromEnvironment(Map<String, String> environment) {
        String user = environment.getOrDefault("MONGO_INITDB_ROOT_USERNAME", "");
        String password = environment.getOrDefault("MONGO_INITDB_ROOT_PASSWORD", "");
        if (user.isEmpty() && password.isEmpty()) return null;
        if (user.isEmpty() || password.isEmpty()) {
            throw new IllegalArgumentException(
                "MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD go together");
        }
        return of(user, password);
    }

    static Credentials of(String user, String password) {
        try {
            byte[] salt = new byte[28];
            new SecureRandom().nextBytes(salt);
            char[] prepared = Normalizer.normalize(password, Normalizer.Form.NFKC).toCharArray();
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(prepared, salt, ITERATIONS, 256))
                .getEncoded();
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
            return new Credentials(user, salt, ITERATIONS, storedKey, hmac(salted, "Server Key"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
