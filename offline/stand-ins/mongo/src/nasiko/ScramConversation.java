package nasiko;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The server's half of one SCRAM-SHA-256 conversation (RFC 5802), without channel binding. */
final class ScramConversation {
    private static final String NO_CHANNEL_BINDING = "biws";

    private final Credentials credentials;
    private String withoutProof = "";
    private String nonce = "";
    private boolean rightUser;

    ScramConversation(Credentials credentials) {
        this.credentials = credentials;
    }

    /** Takes the client's first message; a wrong name is found out by nobody before the proof is due. */
    String challenge(String clientFirst) {
        if (!clientFirst.startsWith("n,,")) throw new IllegalArgumentException("channel binding is not supported");
        String bare = clientFirst.substring("n,,".length());
        Map<Character, String> fields = fieldsOf(bare);
        String name = fields.getOrDefault('n', "").replace("=2C", ",").replace("=3D", "=");
        rightUser = name.equals(credentials.user());
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Base64.Encoder base64 = Base64.getEncoder();
        nonce = fields.getOrDefault('r', "") + base64.encodeToString(random);
        String challenge =
            "r=" + nonce + ",s=" + base64.encodeToString(credentials.salt()) + ",i=" + credentials.iterations();
        withoutProof = bare + "," + challenge;
        return challenge;
    }

    /** @return the server's own proof, or null when the client's is wrong */
    String prove(String clientFinal) {
        Map<Character, String> fields = fieldsOf(clientFinal);
        int proofAt = clientFinal.lastIndexOf(",p=");
        if (nonce.isEmpty() || proofAt < 0 || !nonce.equals(fields.get('r'))) return null;
        if (!NO_CHANNEL_BINDING.equals(fields.get('c'))) return null;
        String signed = withoutProof + "," + clientFinal.substring(0, proofAt);
        // One try per challenge.
        nonce = "";
        try {
            byte[] signature = Credentials.hmac(credentials.storedKey(), signed);
            byte[] clientKey = Base64.getDecoder().decode(fields.getOrDefault('p', ""));
            if (clientKey.length != signature.length) return null;
            for (int i = 0; i < clientKey.length; i++) clientKey[i] ^= signature[i];
            byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
            boolean right = MessageDigest.isEqual(storedKey, credentials.storedKey()) && rightUser;
            return right ? "v=" + Base64.getEncoder().encodeToString(Credentials.hmac(credentials.serverKey(), signed)) : null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IllegalArgumentException e) {
            return null; // The proof is not base64.
        }
    }

    private static Map<Character, String> fieldsOf(String message) {
        Map<Character, String> fields = new LinkedHashMap<>();
        Arrays.stream(message.split(","))
            .filter(field -> field.length() >= 2 && field.charAt(1) == '=')
            .forEach(field -> fields.put(field.charAt(0), field.substring(2)));
        return fields;
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
