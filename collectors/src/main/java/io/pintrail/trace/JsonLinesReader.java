// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;

/** Reads JSON lines (docs/trace-format.md, section 4). The first bad line ends the reading, with its number. */
public final class JsonLinesReader implements Source {
    private final String file;
    private final InputStream in;
    private final JsonFields fields = new JsonFields();

    /**
     * @param file name for messages
     * @param in closed at the end
     */
    public JsonLinesReader(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    @Override
    public void drive(TraceVisitor visitor) throws IOException {
        JsonEvents events = new JsonEvents(fields, visitor);
        try (JsonParser json = new JsonFactory().createParser(in)) {
            while (read(json)) {
                try {
                    events.deliver();
                } catch (JsonFields.BadField e) {
                    throw bad(json, e.getMessage());
                }
            }
        }
    }

    private boolean read(JsonParser json) throws IOException {
        try {
            JsonToken token = json.nextToken();
            if (token == null) {
                return false;
            }
            if (token != JsonToken.START_OBJECT) {
                throw bad(json, "not an object");
            }
            fields.clear();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (!json.nextToken().isScalarValue() || json.currentToken() == JsonToken.VALUE_NULL) {
                    throw bad(json, "field \"" + name + "\" is not a string, a number or a boolean");
                }
                fields.put(name, json.getText());
            }
            return true;
        } catch (JsonFields.BadField e) {
            throw bad(json, e.getMessage());
        } catch (JsonProcessingException e) {
            throw bad(
                    json,
                    "not JSON: " + e.getOriginalMessage().lines().findFirst().orElse("malformed"));
        }
    }

    private TraceFormatException bad(JsonParser json, String reason) {
        return TraceFormatException.atLine(
                file,
                json.currentLocation().getLineNr(),
                reason,
                "see docs/trace-format.md, section 4; correct the line");
    }
}
