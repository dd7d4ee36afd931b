// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Makes the objects that {@link ImageWriter} wrote. */
final class ImageReader {
    private final DataInputStream in;
    private final List<Object> known = new ArrayList<>();
    private final List<Shape> types = new ArrayList<>();

    ImageReader(DataInputStream in) {
        this.in = in;
    }

    Object read() throws IOException {
        int tag = in.readByte();
        switch (tag) {
            case StateImage.NULL:
                return null;
            case StateImage.KNOWN:
                return known.get(in.readInt());
            case StateImage.LONG:
                return in.readLong();
            case StateImage.INTEGER:
                return in.readInt();
            case StateImage.BOOLEAN:
                return in.readBoolean();
            case StateImage.OPTIONAL_LONG:
                boolean present = in.readBoolean();
                long value = in.readLong();
                return present ? OptionalLong.of(value) : OptionalLong.empty();
            case StateImage.ENUM:
                return constant(text(), text());
            case StateImage.STRING:
                String string = text();
                known.add(string);
                return string;
            case StateImage.ARRAY:
                return array();
            case StateImage.CONSTANT:
                return type().constants.get(text());
            case StateImage.OBJECT:
                return object();
            default:
                return collection(tag);
        }
    }

    private static Object constant(String type, String name) {
        for (Object constant : named(type).getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new StateException(type + " has no " + name + " in this version");
    }

    private static Class<?> named(String type) {
        try {
            return Class.forName(type, false, ImageReader.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new StateException(type + " does not exist in this version", e);
        }
    }

    private Object collection(int tag) throws IOException {
        int place = known.size();
        known.add(null);
        int size = in.readInt();
        if (tag == StateImage.MAP || tag == StateImage.FIXED_MAP) {
            Map<Object, Object> map = new LinkedHashMap<>();
            Object told = tag == StateImage.MAP ? map : Collections.unmodifiableMap(map);
            known.set(place, told);
            for (int i = 0; i < size; i++) {
                map.put(read(), read());
            }
            return told;
        }
        if (tag == StateImage.DEQUE) {
            ArrayDeque<Object> deque = new ArrayDeque<>();
            known.set(place, deque);
            for (int i = 0; i < size; i++) {
                deque.add(read());
            }
            return deque;
        }
        List<Object> list = new ArrayList<>();
        Object told = tag == StateImage.LIST ? list : Collections.unmodifiableList(list);
        known.set(place, told);
        for (int i = 0; i < size; i++) {
            list.add(read());
        }
        return told;
    }

    private Shape type() throws IOException {
        int number = in.readInt();
        if (number == types.size()) {
            Shape shape = new Shape(named(text()));
            if (!shape.signature().equals(text())) {
                throw new StateException("another version of this program wrote it: " + shape.type.getName());
            }
            types.add(shape);
        }
        return types.get(number);
    }

    private Object object() throws IOException {
        Shape shape = type();
        if (shape.type.isRecord()) {
            Object[] arguments = new Object[shape.fields.size()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = value(shape.fields.get(i).getType());
            }
            Object made = shape.make(arguments);
            known.add(made);
            return made;
        }
        Object made = shape.make();
        known.add(made);
        try {
            for (Field field : shape.fields) {
                field.set(made, value(field.getType()));
            }
        } catch (IllegalAccessException e) {
            throw new StateException(shape.type.getName() + " cannot be filled", e);
        }
        return made;
    }

    private Object value(Class<?> type) throws IOException {
        if (type == long.class) {
            return in.readLong();
        } else if (type == int.class) {
            return in.readInt();
        } else if (type == boolean.class) {
            return in.readBoolean();
        } else if (type == double.class) {
            return in.readDouble();
        } else if (type == float.class) {
            return in.readFloat();
        } else if (type == short.class) {
            return in.readShort();
        } else if (type == byte.class) {
            return in.readByte();
        }
        return read();
    }

    private Object array() throws IOException {
        int place = known.size();
        known.add(null);
        String of = text();
        int length = in.readInt();
        Object made = Array.newInstance(component(of), length);
        known.set(place, made);
        if (made instanceof byte[] bytes) {
            in.readFully(bytes);
        } else if (made instanceof long[] longs) {
            bytes(length * Long.BYTES).asLongBuffer().get(longs);
        } else if (made instanceof int[] ints) {
            bytes(length * Integer.BYTES).asIntBuffer().get(ints);
        } else if (made instanceof short[] shorts) {
            bytes(length * Short.BYTES).asShortBuffer().get(shorts);
        } else if (made instanceof boolean[] flags) {
            for (int i = 0; i < length; i++) {
                flags[i] = in.readBoolean();
            }
        } else {
            for (int i = 0; i < length; i++) {
                Array.set(made, i, read());
            }
        }
        return made;
    }

    private static Class<?> component(String name) {
        switch (name) {
            case "byte":
                return byte.class;
            case "long":
                return long.class;
            case "int":
                return int.class;
            case "short":
                return short.class;
            case "boolean":
                return boolean.class;
            default:
                return named(name);
        }
    }

    private ByteBuffer bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private String text() throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_16BE);
    }
}
