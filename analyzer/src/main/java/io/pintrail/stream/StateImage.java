// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The whole state of an analysis as bytes: the graph of its objects, field by field, each object once. Nothing but
 * classes of this program and of its collections is written or made, so bytes of foreign origin can at worst not be
 * read. An image begins with the {@link CodeStamp} of the program that wrote it; another one refuses it, for what its
 * fields mean may differ.
 */
final class StateImage {
    static final int NULL = 0;
    static final int KNOWN = 1;
    static final int OBJECT = 2;
    static final int CONSTANT = 3;
    static final int STRING = 4;
    static final int ENUM = 5;
    static final int LONG = 6;
    static final int INTEGER = 7;
    static final int OPTIONAL_LONG = 8;
    static final int ARRAY = 9;
    static final int LIST = 10;
    static final int FIXED_LIST = 11;
    static final int MAP = 12;
    static final int FIXED_MAP = 13;
    static final int DEQUE = 14;
    static final int BOOLEAN = 15;

    private StateImage() {}

    static byte[] of(Object root) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(CodeStamp.OWN).array());
        try (DataOutputStream out = new DataOutputStream(new ZstdOutputStream(bytes, 1))) {
            new ImageWriter(out).write(root);
        } catch (IOException e) {
            throw new StateException("the state cannot be written: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    static <T> T read(byte[] image, Class<T> type) {
        if (image.length < Long.BYTES || ByteBuffer.wrap(image).getLong() != CodeStamp.OWN) {
            throw new StateException("another version of this program wrote the state");
        }
        ByteArrayInputStream bytes = new ByteArrayInputStream(image, Long.BYTES, image.length - Long.BYTES);
        try (DataInputStream in = new DataInputStream(new ZstdInputStream(bytes))) {
            return type.cast(new ImageReader(in).read());
        } catch (IOException | ClassCastException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new StateException("the state cannot be read: " + e.getMessage(), e);
        }
    }
}
