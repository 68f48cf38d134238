package org.apache.hadoop.hive.metastore;

import java.net.InetSocketAddress;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hive.metastore.api.ThriftHiveMetastore;
import org.apache.hadoop.hive.metastore.conf.MetastoreConf;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TTransportFactory;

/**
 * The Hive Metastore as HiveMetaStore.startMetaStore of 3.1 wires it, but on one address, because 3.1 knows no
 * `metastore.thrift.bind.host` and listens on all. Arguments: address, port.
 */
public final class LoopbackMetastore {
  public static void main(String[] arguments) throws Exception {
    Configuration settings = MetastoreConf.newMetastoreConf();
    ThriftHiveMetastore.Iface handler = HiveMetaStore.newRetryingHMSHandler("metastore", settings, false);
    TServerSocket socket = new TServerSocket(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
    new TThreadPoolServer(
            new TThreadPoolServer.Args(socket)
                .processor(new TSetIpAddressProcessor<>(handler))
                .transportFactory(new TTransportFactory())
                .protocolFactory(new TBinaryProtocol.Factory())
                .minWorkerThreads(4)
                .maxWorkerThreads(200))
        .serve();
  }
}
