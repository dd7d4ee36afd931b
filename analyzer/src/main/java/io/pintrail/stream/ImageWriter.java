// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Writes what {@link ImageReader} reads. */
final class ImageWriter {
    private final DataOutputStream out;
    private final Map<Object, Integer> known = new IdentityHashMap<>();
    private final Map<Class<?>, Integer> types = new HashMap<>();
    private final Map<Class<?>, Shape> shapes = new HashMap<>();

    ImageWriter(DataOutputStream out) {
        this.out = out;
    }

    void write(Object value) throws IOException {
        if (value == null) {
            out.writeByte(StateImage.NULL);
        } else if (!small(value)) {
            Integer number = known.get(value);
            if (number != null) {
                out.writeByte(StateImage.KNOWN);
                out.writeInt(number);
            } else {
                large(value);
            }
        }
    }

    private boolean small(Object value) throws IOException {
        if (value instanceof Long number) {
            out.writeByte(StateImage.LONG);
            out.writeLong(number);
        } else if (value instanceof Integer number) {
            out.writeByte(StateImage.INTEGER);
            out.writeInt(number);
        } else if (value instanceof Boolean bit) {
            out.writeByte(StateImage.BOOLEAN);
            out.writeBoolean(bit);
        } else if (value instanceof OptionalLong optional) {
            out.writeByte(StateImage.OPTIONAL_LONG);
            out.writeBoolean(optional.isPresent());
            out.writeLong(optional.orElse(0));
        } else if (value instanceof Enum<?> constant) {
            out.writeByte(StateImage.ENUM);
            text(constant.getDeclaringClass().getName());
            text(constant.name());
        } else {
            return false;
        }
        return true;
    }

    private void large(Object value) throws IOException {
        if (value instanceof String string) {
            number(value);
            out.writeByte(StateImage.STRING);
            text(string);
        } else if (value.getClass().isArray()) {
            number(value);
            array(value);
        } else if (value instanceof Collection<?> collection && ofJava(value)) {
            number(value);
            boolean deque = value instanceof ArrayDeque;
            boolean open = value.getClass() == ArrayList.class;
            require(deque || value instanceof List, value);
            out.writeByte(deque ? StateImage.DEQUE : open ? StateImage.LIST : StateImage.FIXED_LIST);
            out.writeInt(collection.size());
            for (Object item : collection) {
                write(item);
            }
        } else if (value instanceof Map<?, ?> map && ofJava(value)) {
            number(value);
            boolean open = value.getClass() == HashMap.class || value.getClass() == LinkedHashMap.class;
            out.writeByte(open ? StateImage.MAP : StateImage.FIXED_MAP);
            out.writeInt(map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                write(entry.getKey());
                write(entry.getValue());
            }
        } else {
            object(value);
        }
    }

    private static boolean ofJava(Object value) {
        return value.getClass().getName().startsWith("java.util.");
    }

    private static void require(boolean holds, Object value) {
        if (!holds) {
            throw new StateException(value.getClass().getName() + " is not made to be kept");
        }
    }

    private void number(Object value) {
        known.put(value, known.size());
    }

    private void object(Object value) throws IOException {
        Shape shape = shapes.computeIfAbsent(value.getClass(), Shape::new);
        for (Map.Entry<String, Object> constant : shape.constants.entrySet()) {
            if (constant.getValue() == value) {
                out.writeByte(StateImage.CONSTANT);
                type(shape);
                text(constant.getKey());
                return;
            }
        }
        if (!shape.type.isRecord()) {
            number(value); // a record can be made only when its fields are known, so nothing in it may refer to it
        }
        out.writeByte(StateImage.OBJECT);
        type(shape);
        for (Field field : shape.fields) {
            field(field, value);
        }
        if (shape.type.isRecord()) {
            number(value);
        }
    }

    private void type(Shape shape) throws IOException {
        Integer number = types.get(shape.type);
        if (number != null) {
            out.writeInt(number);
            return;
        }
        out.writeInt(types.size());
        types.put(shape.type, types.size());
        text(shape.type.getName());
        text(shape.signature());
    }

    private void field(Field field, Object of) throws IOException {
        Class<?> type = field.getType();
        try {
            if (type == long.class) {
                out.writeLong(field.getLong(of));
            } else if (type == int.class) {
                out.writeInt(field.getInt(of));
            } else if (type == boolean.class) {
                out.writeBoolean(field.getBoolean(of));
            } else if (type == double.class) {
                out.writeDouble(field.getDouble(of));
            } else if (type == float.class) {
                out.writeFloat(field.getFloat(of));
            } else if (type == short.class) {
                out.writeShort(field.getShort(of));
            } else if (type == byte.class) {
                out.writeByte(field.getByte(of));
            } else {
                write(field.get(of));
            }
        } catch (IllegalAccessException e) {
            throw new StateException(field + " cannot be read", e);
        }
    }

    private void array(Object array) throws IOException {
        out.writeByte(StateImage.ARRAY);
        Class<?> of = array.getClass().getComponentType();
        text(of.getName());
        int length = Array.getLength(array);
        out.writeInt(length);
        if (array instanceof byte[] bytes) {
            out.write(bytes);
        } else if (array instanceof long[] longs) {
            ByteBuffer bytes = ByteBuffer.allocate(length * Long.BYTES);
            bytes.asLongBuffer().put(longs);
            out.write(bytes.array());
        } else if (array instanceof int[] ints) {
            ByteBuffer bytes = ByteBuffer.allocate(length * Integer.BYTES);
            bytes.asIntBuffer().put(ints);
            out.write(bytes.array());
        } else if (array instanceof short[] shorts) {
            ByteBuffer bytes = ByteBuffer.allocate(length * Short.BYTES);
            bytes.asShortBuffer().put(shorts);
            out.write(bytes.array());
        } else if (array instanceof boolean[] flags) {
            for (boolean flag : flags) {
                out.writeBoolean(flag);
            }
        } else {
            require(!of.isPrimitive(), array);
            for (Object item : (Object[]) array) {
                write(item);
            }
        }
    }

    private void text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16BE); // half a surrogate pair stays what it is
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
