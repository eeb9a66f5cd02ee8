# shellcheck shell=bash
# The signatures are those of interop/java.

jars=/usr/share/java
classpath=$jars/okhttp.jar:$jars/okio.jar:$jars/gson.jar

build() {
  javac -encoding UTF-8 -classpath "$classpath" -d "$cache/classes" "$here/java"/*.java "$here/../java/ApiV3.java"
}

start() {
  java -classpath "$classpath:$cache/classes" CardMember
}
